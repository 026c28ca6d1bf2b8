//! Where a request comes from.

use std::net::IpAddr;

use axum::extract::Request;

use crate::Settings;

/// The other end of the connection, put into every request by the listener.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The client's network address. Behind a trusted proxy the last entry of `X-Forwarded-For`: the one the proxy wrote.
pub fn client_ip(request: &Request, settings: &Settings) -> Option<String> {
    let forwarded = request.headers().get_all("x-forwarded-for").iter().next_back();
    let forwarded = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    let peer = request.extensions().get::<Peer>().map(|Peer(ip)| *ip);
    let ip = if settings.trust_proxy { forwarded.or(peer) } else { peer };
    ip.map(|ip| ip.to_canonical().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn the_forwarded_address_counts_only_behind_a_trusted_proxy() {
        let mut request =
            Request::builder().header("X-Forwarded-For", "6.6.6.6, 203.0.113.9").body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer("::ffff:10.0.0.1".parse().unwrap()));
        let trusting = Settings { trust_proxy: true, ..Settings::default() };
        assert_eq!(client_ip(&request, &trusting).as_deref(), Some("203.0.113.9"));
        assert_eq!(client_ip(&request, &Settings::default()).as_deref(), Some("10.0.0.1"));
    }
}
