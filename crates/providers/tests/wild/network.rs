//! What libraries print when no provider answered; every protocol's classifier is handed such lines.

use model::FaultKind::{self, *};
use model::Scope::Request;
use providers::classify::Protocol;

use crate::{check, http};

const ROWS: &[(&str, FaultKind)] = &[
    ("getaddrinfo ENOTFOUND mail.example.org", Network),
    ("getaddrinfo EAI_AGAIN mail.example.org", Network),
    ("[Errno -3] Temporary failure in name resolution", Network),
    ("error trying to connect: dns error: failed to lookup address information: Name or service not known", Network),
    ("java.net.UnknownHostException: mail.example.org", Network),
    ("read ECONNRESET", Network),
    ("connect ECONNREFUSED 203.0.113.5:993", Network),
    ("connect EHOSTUNREACH 203.0.113.5:993", Network),
    ("connect ENETUNREACH 2001:db8::5:993", Network),
    ("write EPIPE", Network),
    ("socket hang up", Network),
    ("Connection aborted.', RemoteDisconnected('Remote end closed connection without response')", Network),
    ("[Errno 111] Connection refused", Network),
    ("No route to host", Network),
    ("certificate has expired", Network),
    ("self-signed certificate in certificate chain", Network),
    ("unable to get local issuer certificate", Network),
    (
        "Hostname/IP does not match certificate's altnames: Host: mail.example.org. is not in the cert's altnames",
        Network,
    ),
    ("x509: certificate signed by unknown authority", Network),
    ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1000)", Network),
    ("javax.net.ssl.SSLHandshakeException: PKIX path building failed", Network),
    ("error:0A00010B:SSL routines::wrong version number", Network),
    ("tlsv1 alert protocol version", Network),
    ("net/http: TLS handshake timeout", Network),
    ("received fatal alert: HandshakeFailure", Network),
    ("invalid peer certificate: UnknownIssuer", Network),
    ("connect ETIMEDOUT 203.0.113.5:993", Network),
    ("context deadline exceeded (Client.Timeout exceeded while awaiting headers)", GatewayTimeout),
    ("The read operation timed out", GatewayTimeout),
    ("java.net.SocketTimeoutException: Read timed out", GatewayTimeout),
    ("operation timed out", GatewayTimeout),
];

#[test]
fn everywhere() {
    for protocol in Protocol::ALL {
        let rows = ROWS.iter().map(|&(text, kind)| {
            (format!("{}: {text}", protocol.as_str()), http(0, "messages.list", text), (kind, "backoff", Request))
        });
        check(protocol, rows);
    }
}
