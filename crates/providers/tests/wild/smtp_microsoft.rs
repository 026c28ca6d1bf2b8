//! Exchange Online and Outlook.com. Source: "Email non-delivery reports and SMTP errors in Exchange Online".

use model::FaultKind::{self, *};
use model::Scope::{self, *};

use crate::check_smtp;

const ROWS: &[(&str, FaultKind, &str, Scope)] = &[
    (
        "535 5.7.3 Authentication unsuccessful [AM0PR01CA0001.EURPRD01.PROD.EXCHANGELABS.COM]",
        Unauthenticated,
        "after_refresh",
        Account,
    ),
    (
        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
        Unauthenticated,
        "after_refresh",
        Account,
    ),
    (
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.",
        BasicAuthBlocked,
        "never",
        Tenant,
    ),
    (
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled",
        BasicAuthBlocked,
        "never",
        Tenant,
    ),
    (
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.",
        DomainPolicy,
        "never",
        Tenant,
    ),
    (
        "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.",
        DomainPolicy,
        "never",
        Tenant,
    ),
    (
        "535 5.7.139 Authentication unsuccessful, account is locked due to sign-in attempts.",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    (
        "554 5.2.252 SendAsDenied; a@contoso.test not allowed to send as b@contoso.test; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied",
        SenderNotAllowed,
        "never",
        Request,
    ),
    (
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient x@contoso.test not found by SMTP address lookup",
        RecipientRejected,
        "never",
        Request,
    ),
    (
        "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [DB5EUR01FT001.eop-EUR01.prod.protection.outlook.com]",
        RecipientRejected,
        "never",
        Request,
    ),
    (
        "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP. For more information please go to http://go.microsoft.com/fwlink/?LinkId=526653.",
        MessageRejected,
        "never",
        Tenant,
    ),
    (
        "550 5.7.705 Access denied, tenant has exceeded threshold. For more information please go to https://go.microsoft.com/fwlink/?LinkId=875724.",
        SendingQuotaExceeded,
        "backoff",
        Tenant,
    ),
    (
        "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for sending email to external recipients (tenant external recipient rate limit or TERRL).",
        SendingQuotaExceeded,
        "backoff",
        Tenant,
    ),
    (
        "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
        SendingQuotaExceeded,
        "backoff",
        Mailbox,
    ),
    (
        "451 4.7.500 Server busy. Please try again later from [203.0.113.5]. (S77719)",
        AccountThrottled,
        "backoff",
        Tenant,
    ),
    (
        "421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2.",
        InvalidRequest,
        "never",
        App,
    ),
    (
        "421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit (5), closing transmission channel",
        ConnectionLimit,
        "backoff",
        Mailbox,
    ),
    (
        "432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information.",
        ConnectionLimit,
        "backoff",
        Mailbox,
    ),
    ("451 4.7.0 Temporary server error. Please try again later. PRX2", TransientBackend, "backoff", Request),
    ("452 4.3.1 Insufficient system resources", TransientBackend, "backoff", Request),
    ("421 4.3.2 Service not available, closing transmission channel", TransientBackend, "backoff", Request),
    (
        "441 4.4.1 Error encountered while communicating with primary target IP address: \"Failed to connect. Winsock error code: 10060\"",
        Network,
        "backoff",
        Request,
    ),
    ("550 5.5.3 RESOLVER.ADR.RecipLimit; too many recipients", InvalidRequest, "never", Request),
    ("550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient", MessageTooLarge, "never", Request),
    (
        "550 5.7.124 RESOLVER.RST.SenderNotInAllowedSendersList; sender not in allowed-senders list",
        PermissionDenied,
        "never",
        Request,
    ),
    (
        "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed",
        PermissionDenied,
        "never",
        Request,
    ),
    (
        "550 5.7.520 Access denied, Your organization does not allow external forwarding. Please contact your administrator for further assistance. AS(7555)",
        DomainPolicy,
        "never",
        Tenant,
    ),
    (
        "550 5.7.509 Access denied, sending domain example.com does not pass DMARC verification and has a DMARC policy of reject.",
        MessageRejected,
        "never",
        Tenant,
    ),
    (
        "550 5.7.606 Access denied, banned sending IP [203.0.113.5]. To request removal from this list please visit https://sender.office.com/",
        MessageRejected,
        "never",
        Tenant,
    ),
    ("554 5.4.14 Hop count exceeded - possible mail loop ATTR34", MessageRejected, "never", Request),
    (
        "550 5.4.310 DNS domain example.invalid does not exist [Message=InfoDomainNonexistent]",
        RecipientRejected,
        "never",
        Request,
    ),
    (
        "554 5.6.0 STOREDRV.Deliver.Exception:StoragePermanentException; Corrupt message content",
        MessageRejected,
        "never",
        Request,
    ),
    ("550 5.0.350 Remote server returned an error -> 552 5.2.2 The mailbox is full", MailboxFull, "never", Request),
    (
        "550 5.7.501 Access denied, spam abuse detected. The sending account has been banned",
        MailboxUnavailable,
        "never",
        Account,
    ),
    (
        "550 5.7.64 TenantAttribution; Relay Access Denied [ValidationStatus of 'O=x' is 'EmptyCertificate']",
        PermissionDenied,
        "never",
        Request,
    ),
    ("501 5.1.3 Invalid address", RecipientRejected, "never", Request),
    (
        "550 5.7.1 Unfortunately, messages from [203.0.113.5] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140).",
        MessageRejected,
        "never",
        Tenant,
    ),
    (
        "421 RP-001 (BAY004) Unfortunately, some messages from 203.0.113.5 weren't sent. Please try again. We have limits for how many messages can be sent per hour and per day.",
        AccountThrottled,
        "backoff",
        Tenant,
    ),
    ("550 SC-001 (COL004) Unfortunately, messages from 203.0.113.5 weren't sent.", MessageRejected, "never", Tenant),
    (
        "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [BN8NAM12FT001]",
        RecipientRejected,
        "never",
        Request,
    ),
    (
        "550 5.3.4 Requested action not taken; We noticed some unusual activity in your Outlook.com account. To help protect you, we've temporarily blocked your account.",
        MailboxUnavailable,
        "never",
        Account,
    ),
    (
        "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded",
        MailboxFull,
        "never",
        Request,
    ),
    (
        "550 5.7.57 Client not authenticated to send mail. [DB6PR07CA0001.eurprd07.prod.outlook.com]",
        Unauthenticated,
        "after_refresh",
        Account,
    ),
];

#[test]
fn microsoft() {
    check_smtp(ROWS);
}
