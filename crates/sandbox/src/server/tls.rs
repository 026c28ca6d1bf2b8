//! TLS, for libraries that refuse to speak to anything else (Microsoft facts 4.7): a development authority made at the
//! start, whose certificate is printed, and a certificate of it for this machine. Nothing of it outlives the sandbox.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use super::connection::{Connection, CutHandle, Cuttable};

/// The names of this machine that the certificate is for.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// Handshakes that have succeeded and wait to be served.
const WAITING: usize = 64;

/// What speaks TLS, and the certificate of the authority behind it.
pub(super) struct Credentials {
    pub(super) acceptor: TlsAcceptor,
    /// In PEM.
    pub(super) authority: String,
}

/// Makes an authority and a certificate of it.
pub(super) fn credentials() -> io::Result<Credentials> {
    make().map_err(io::Error::other)
}

fn make() -> Result<Credentials, Box<dyn std::error::Error + Send + Sync>> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "Sandbox development authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority = params.self_signed(&key)?;
    let issuer = Issuer::from_params(&params, &key);
    let own_key = KeyPair::generate()?;
    let mut own = CertificateParams::new(NAMES.map(str::to_owned).to_vec())?;
    own.distinguished_name.push(DnType::CommonName, "localhost");
    own.use_authority_key_identifier_extension = true;
    own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let own = own.signed_by(&own_key, &issuer)?;
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let private = PrivateKeyDer::try_from(own_key.serialize_der())?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], private)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Credentials { acceptor: TlsAcceptor::from(Arc::new(config)), authority: authority.pem() })
}

/// A listener that hands on connections whose handshake has succeeded; a slow one holds up no other.
#[derive(Debug)]
pub(super) struct Secured {
    ready: mpsc::Receiver<(TlsStream<Connection>, SocketAddr)>,
    address: SocketAddr,
}

impl Secured {
    /// Begins to accept.
    pub(super) fn over(listener: TcpListener, acceptor: TlsAcceptor, stop: CancellationToken) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (hand_on, ready) = mpsc::channel(WAITING);
        let mut plain = Cuttable(listener);
        tokio::spawn(stop.run_until_cancelled_owned(async move {
            loop {
                let (connection, peer) = plain.accept().await;
                let (acceptor, hand_on) = (acceptor.clone(), hand_on.clone());
                tokio::spawn(async move {
                    match acceptor.accept(connection).await {
                        Ok(stream) => drop(hand_on.send((stream, peer)).await),
                        Err(error) => tracing::debug!(%error, "a TLS handshake failed; is the authority trusted?"),
                    }
                });
            }
        }));
        Ok(Self { ready, address })
    }
}

impl Listener for Secured {
    type Io = TlsStream<Connection>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            // Whoever accepts has stopped, and the server is about to.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

impl Connected<IncomingStream<'_, Secured>> for CutHandle {
    fn connect_info(stream: IncomingStream<'_, Secured>) -> Self {
        stream.io().get_ref().0.cut_handle()
    }
}
