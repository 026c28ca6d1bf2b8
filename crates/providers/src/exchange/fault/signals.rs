//! Examples of what Exchange answers. Sources: the EWS reference ("ResponseCode", "EWS throttling in Exchange"),
//! MS-ASHTTP 2.2.2.1.1, MS-ASCMD 2.2.2 (learn.microsoft.com).

use crate::classify::Protocol;
use crate::signals::Sample;

/// HTTP status, response code, sentence.
const EWS: &[(u16, &str, &str)] = &[
    (200, "ErrorItemNotFound", "The specified object was not found in the store."),
    (
        200,
        "ErrorIrresolvableConflict",
        "The send or update operation could not be performed because the change key passed in the request does not match.",
    ),
    (200, "ErrorAccessDenied", "Access is denied. Check credentials and try again."),
    (500, "ErrorImpersonateUserDenied", "The account does not have permission to impersonate the requested user."),
    (200, "ErrorPasswordExpired", "The password of the account is expired."),
    (500, "ErrorServerBusy", "The server cannot service this request right now. Try again later."),
    (200, "ErrorExceededConnectionCount", "You have exceeded the available concurrent connections for your account."),
    (
        200,
        "ErrorSendAsDenied",
        "The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.",
    ),
    (200, "ErrorSubmissionQuotaExceeded", "The submission quota is exceeded."),
    (200, "ErrorInvalidRecipients", "At least one recipient is not valid."),
    (200, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size."),
    (200, "ErrorInvalidAttachmentId", "The attachment id is not valid."),
    (200, "ErrorCorruptData", "The item is corrupt."),
    (200, "ErrorQuotaExceeded", "The mailbox exceeded its maximum size."),
    (500, "ErrorNonExistentMailbox", "No mailbox with such guid."),
    (500, "ErrorInvalidSyncStateData", "The sync state is not valid."),
    (200, "ErrorMailboxStoreUnavailable", "The mailbox database is temporarily unavailable."),
    (200, "ErrorTimeoutExpired", "The operation timed out."),
    (500, "ErrorSchemaValidation", "The request failed schema validation."),
];

/// Exchange Web Services.
pub(crate) fn ews() -> Vec<Sample> {
    let mut samples: Vec<Sample> = EWS.iter().map(soap).collect();
    let (code, pause) = ("ErrorServerBusy", "297749");
    let body = format!(
        "<s:Fault><detail><e:ResponseCode>{code}</e:ResponseCode><t:MessageXml>\
         <t:Value Name=\"BackOffMilliseconds\">{pause}</t:Value></t:MessageXml></detail></s:Fault>"
    );
    samples.push(Sample::http(Protocol::Ews, 500, format!("500 {code}, BackOffMilliseconds {pause}"), body));
    samples.push(Sample::http(Protocol::Ews, 401, "401 without a body".to_owned(), String::new()));
    samples
}

fn soap((status, code, sentence): &(u16, &str, &str)) -> Sample {
    let body = format!("<m:MessageText>{sentence}</m:MessageText><m:ResponseCode>{code}</m:ResponseCode>");
    Sample::http(Protocol::Ews, *status, format!("{code}: {sentence}"), body)
}

/// HTTP status or `Status` element, command.
const EAS: &[(u16, u16, &str)] = &[
    (401, 0, "Sync"),
    (403, 0, "Sync"),
    (449, 0, "Sync"),
    (456, 0, "Sync"),
    (457, 0, "Sync"),
    (503, 0, "Sync"),
    (507, 0, "Sync"),
    (200, 3, "Sync"),
    (200, 8, "Sync"),
    (200, 9, "Sync"),
    (200, 107, "SendMail"),
    (200, 110, "Sync"),
    (200, 111, "Sync"),
    (200, 113, "SendMail"),
    (200, 115, "SendMail"),
    (200, 116, "SendMail"),
    (200, 122, "SendMail"),
    (200, 129, "Sync"),
    (200, 139, "Provision"),
    (200, 142, "Sync"),
    (200, 177, "Sync"),
];

/// Exchange ActiveSync.
pub(crate) fn eas() -> Vec<Sample> {
    let mut samples: Vec<Sample> = EAS.iter().map(answer).collect();
    let braked = |headers| Sample::http(Protocol::Eas, 503, "503".to_owned(), String::new()).with(headers);
    samples.push(braked(&[("X-MS-ASThrottle", "CommandFrequency"), ("Retry-After", "1200")]));
    let busy = "The server encountered an unknown error, the device SHOULD retry later.<85>";
    samples.push(Sample::http(Protocol::Eas, 503, format!("503: {busy}"), busy.to_owned()));
    let notice = "Your phone is blocked from syncing because it has been quarantined.";
    samples.push(Sample::http(Protocol::Eas, 200, notice.to_owned(), notice.to_owned()));
    samples
}

fn answer((http, status, command): &(u16, u16, &'static str)) -> Sample {
    if *status == 0 {
        return Sample::http(Protocol::Eas, *http, format!("HTTP {http} to {command}"), String::new())
            .quietly_to(command);
    }
    let body = format!("<{command}><Status>{status}</Status></{command}>");
    Sample::http(Protocol::Eas, *http, format!("Status {status} of {command}"), body).quietly_to(command)
}
