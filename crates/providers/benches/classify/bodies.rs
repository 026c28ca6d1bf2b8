//! One typical answer of each kind, written from the providers' documentation.

use providers::classify::{Observation, Protocol};

/// What is measured: its name, the protocol, the answer.
pub struct Typical {
    pub name: &'static str,
    pub protocol: Protocol,
    pub seen: Observation<'static>,
}

const GMAIL_QUOTA: &str = r#"{
  "error": {
    "code": 403,
    "message": "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:123456789012'.",
    "errors": [
      {
        "message": "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:123456789012'.",
        "domain": "usageLimits",
        "reason": "rateLimitExceeded"
      }
    ],
    "status": "PERMISSION_DENIED",
    "details": [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
          "consumer": "projects/123456789012",
          "quota_limit": "UnitsPerMinutePerUser",
          "quota_limit_value": "6000",
          "quota_location": "global",
          "quota_metric": "gmail.googleapis.com/total_query_cost",
          "quota_unit": "1/min/{project}/{user}",
          "service": "gmail.googleapis.com",
          "window_start_time": "1800000000"
        }
      },
      {
        "@type": "type.googleapis.com/google.rpc.Help",
        "links": [
          { "description": "Request a higher quota limit.", "url": "https://cloud.google.com/docs/quotas" }
        ]
      }
    ]
  }
}"#;

const GMAIL_INSTANT: &str = r#"{"error":{"code":429,"message":"User-rate limit exceeded.  Retry after 2027-01-15T08:05:00.386Z (Mail sending)","errors":[{"message":"User-rate limit exceeded.  Retry after 2027-01-15T08:05:00.386Z (Mail sending)","domain":"usageLimits","reason":"rateLimitExceeded"}],"status":"RESOURCE_EXHAUSTED"}}"#;

/// The shape of a gateway's page: a style sheet, and two sentences somewhere in it.
const HTML_PAGE: &str = "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<meta name=viewport content=\"width=device-width\">\n<title>Error 502 (Server Error)!!1</title>\n<style>\n*{margin:0;padding:0}html,code{font:15px/22px sans-serif}html{background:#fff;color:#222;padding:15px}body{margin:7% auto 0;max-width:390px;min-height:180px;padding:30px 0 15px}* > body{background:url(/robot.png) 100% 5px no-repeat;padding-right:205px}p{margin:11px 0 22px;overflow:hidden}ins{color:#777;text-decoration:none}a img{border:0}@media screen and (max-width:772px){body{background:none;margin-top:0;max-width:none;padding-right:0}}#logo{background:url(/logo.png) no-repeat;margin-left:-5px}@media only screen and (min-resolution:192dpi){#logo{background:url(/logo2.png) no-repeat 0% 0%/100% 100%}}#logo{display:inline-block;height:54px;width:150px}\n</style>\n<a href=//www.google.com/><span id=logo aria-label=Google></span></a>\n<p><b>502.</b> <ins>That is an error.</ins>\n<p>The server encountered a temporary error and could not complete your request.<p>Please try again in 30 seconds. <ins>That is all we know.</ins>\n</html>\n";

const GRAPH_BRAKE: &str = r#"{"error":{"code":"ApplicationThrottled","message":"Application is over its MailboxConcurrency limit.","innerError":{"date":"2027-01-15T08:00:00","request-id":"00000000-0000-0000-0000-000000000000","client-request-id":"00000000-0000-0000-0000-000000000000"}}}"#;

const GRAPH_ITEM: &str = r#"{"error":{"code":"ErrorItemNotFound","message":"The specified object was not found in the store., The process failed to get the correct properties.","innerError":{"date":"2027-01-15T08:00:00","request-id":"00000000-0000-0000-0000-000000000000","client-request-id":"00000000-0000-0000-0000-000000000000"}}}"#;

const AADSTS: &str = r#"{"error":"invalid_grant","error_description":"AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '2026-12-01T08:00:00.0000000Z' and the TokensValidFrom date (before which tokens are not valid) for this user is '2027-01-14T08:00:00.0000000Z'. Trace ID: 00000000-0000-0000-0000-000000000000 Correlation ID: 00000000-0000-0000-0000-000000000000 Timestamp: 2027-01-15 08:00:00Z","error_codes":[50173],"timestamp":"2027-01-15 08:00:00Z","trace_id":"00000000-0000-0000-0000-000000000000","correlation_id":"00000000-0000-0000-0000-000000000000","error_uri":"https://login.microsoftonline.com/error?code=50173","suberror":"bad_token"}"#;

const GOOGLE_GRANT: &str =
    "{\n  \"error\": \"invalid_grant\",\n  \"error_description\": \"Token has been expired or revoked.\"\n}";

const EWS_FAULT: &str = r#"<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">a:ErrorServerBusy</faultcode><faultstring xml:lang="en-US">The server cannot service this request right now. Try again later.</faultstring><detail><e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">ErrorServerBusy</e:ResponseCode><e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">The server cannot service this request right now. Try again later.</e:Message><t:MessageXml xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:Value Name="BackOffMilliseconds">297749</t:Value></t:MessageXml></detail></s:Fault></s:Body></s:Envelope>"#;

const EWS_MESSAGE: &str = r#"<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><h:ServerVersionInfo MajorVersion="15" MinorVersion="20" MajorBuildNumber="8000" MinorBuildNumber="14" Version="V2018_01_08" xmlns:h="http://schemas.microsoft.com/exchange/services/2006/types"/></s:Header><s:Body><m:GetItemResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><m:ResponseMessages><m:GetItemResponseMessage ResponseClass="Error"><m:MessageText>The specified object was not found in the store.</m:MessageText><m:ResponseCode>ErrorItemNotFound</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey><m:Items/></m:GetItemResponseMessage></m:ResponseMessages></m:GetItemResponse></s:Body></s:Envelope>"#;

const SMTP_REPLY: &str = "550-5.1.1 The email account that you tried to reach does not exist. Please try\n550-5.1.1 double-checking the recipient's email address for typos or\n550-5.1.1 unnecessary spaces. For more information, go to\n550 5.1.1  https://support.google.com/mail/?p=NoSuchUser - gsmtp";

/// Everything that is measured.
pub fn all() -> Vec<Typical> {
    let html: &[(&str, &str)] = &[("Content-Type", "text/html; charset=UTF-8"), ("Content-Length", "1613")];
    let busy: &[(&str, &str)] = &[("Content-Type", "application/json"), ("Retry-After", "10")];
    let plain: &[(&str, &str)] = &[("Content-Type", "application/json; charset=UTF-8"), ("Vary", "Origin")];
    let date: &[(&str, &str)] = &[("Retry-After", "Fri, 15 Jan 2027 08:01:00 GMT")];
    let braked: &[(&str, &str)] = &[("X-MS-ASThrottle", "CommandFrequency"), ("Retry-After", "600")];
    vec![
        http("Gmail 403, quota in both layers", Protocol::GmailRest, 403, plain, GMAIL_QUOTA),
        http("Gmail 429, instant in the text", Protocol::GmailRest, 429, plain, GMAIL_INSTANT),
        http("Gmail 502, page of the gateway", Protocol::GmailRest, 502, html, HTML_PAGE),
        http("Google invalid_grant", Protocol::GoogleOauth, 400, plain, GOOGLE_GRANT),
        http("Graph 429, Retry-After", Protocol::Graph, 429, busy, GRAPH_BRAKE),
        http("Graph 404, Retry-After as a date", Protocol::Graph, 404, date, GRAPH_ITEM),
        http("Graph 502, page of the gateway", Protocol::Graph, 502, html, HTML_PAGE),
        http("Microsoft AADSTS50173", Protocol::MicrosoftIdentity, 400, plain, AADSTS),
        http("EWS fault with BackOffMilliseconds", Protocol::Ews, 500, &[], EWS_FAULT),
        http("EWS response message", Protocol::Ews, 200, &[], EWS_MESSAGE),
        http("EWS 503, page of the web server", Protocol::Ews, 503, html, HTML_PAGE),
        http("ActiveSync 503, X-MS-ASThrottle", Protocol::Eas, 503, braked, ""),
        http("ActiveSync 200, status 142", Protocol::Eas, 200, &[], "<FolderSync><Status>142</Status></FolderSync>"),
        line("IMAP, response code", "LOGIN", "a1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"),
        line(
            "IMAP, wording only",
            "SELECT",
            "a7 BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds",
        ),
        http("SMTP reply of four lines", Protocol::Smtp, 0, &[], SMTP_REPLY),
        http("connection cut, as a library prints it", Protocol::GmailRest, 0, &[], "read ECONNRESET"),
        http("SMTP, unknown wording", Protocol::Smtp, 0, &[], "We would rather not say what went wrong here."),
    ]
}

fn observed(headers: &'static [(&'static str, &'static str)], body: &'static str) -> Observation<'static> {
    let now = Some(model::Timestamp::from_second(1_800_000_000).unwrap_or_default());
    Observation { headers, body: body.as_bytes(), operation: Some("messages.list"), now, ..Observation::default() }
}

fn http(
    name: &'static str,
    protocol: Protocol,
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
) -> Typical {
    let http_status = (status > 0).then_some(status);
    Typical { name, protocol, seen: Observation { http_status, ..observed(headers, body) } }
}

fn line(name: &'static str, command: &'static str, line: &'static str) -> Typical {
    let seen = Observation { imap_response: Some(line), operation: Some(command), ..observed(&[], "") };
    Typical { name, protocol: Protocol::Imap, seen }
}
