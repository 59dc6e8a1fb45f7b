//! Connections in, until it is time to go.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tracing::{debug, error, info, warn};

use crate::front::Front;

/// A client that does not send its headers within this time is let go.
const HEADERS: Duration = Duration::from_secs(15);
/// How long requests in flight may take to end when the server goes down.
const GOODBYE: Duration = Duration::from_secs(10);
/// How often the certificate's files are looked at.
const CERTIFICATE_LOOK: Duration = Duration::from_secs(5);

/// The certificate could not be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can not be read as PEM.
    #[error("{0} can not be read: {1}")]
    File(PathBuf, rustls::pki_types::pem::Error),
    /// Certificate and key do not belong together, or are of a kind we do not know.
    #[error("the certificate and its key can not be used: {0}")]
    Refused(#[from] rustls::Error),
}

/// https with a certificate that is read again when its files change.
#[derive(Clone)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    config: Arc<ArcSwap<ServerConfig>>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls")
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads certificate chain and key, both PEM.
    pub fn open(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let config = Arc::new(ArcSwap::from(read_tls(certificate, key)?));
        Ok(Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            config,
        })
    }

    fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.load_full())
    }

    /// Reads the files again when they changed; a broken pair leaves the old one in force.
    async fn follow(self) {
        let changed = || {
            let time = |path: &Path| {
                std::fs::metadata(path)
                    .and_then(|file| file.modified())
                    .ok()
            };
            (time(&self.certificate), time(&self.key))
        };
        let mut known: (Option<SystemTime>, Option<SystemTime>) = changed();
        loop {
            tokio::time::sleep(CERTIFICATE_LOOK).await;
            let now = changed();
            if now == known {
                continue;
            }
            known = now;
            match read_tls(&self.certificate, &self.key) {
                Ok(config) => {
                    self.config.store(config);
                    info!("the new certificate is in use");
                }
                Err(error) => warn!(%error, "the old certificate stays in use"),
            }
        }
    }
}

fn read_tls(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| TlsError::File(path, error)
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .map_err(failed(certificate))?
        .collect::<Result<_, _>>()
        .map_err(failed(certificate))?;
    let key_der = PrivateKeyDer::from_pem_file(key).map_err(failed(key))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key_der)?;
    Ok(Arc::new(config))
}

/// Serves until `shutdown` is done, then lets requests in flight end.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    front: Front,
    shutdown: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let follow = tls.clone().map(|tls| tokio::spawn(tls.follow()));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely: wait until some are free.
                    error!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            () = &mut shutdown => break,
        };
        stream.set_nodelay(true).ok();
        let front = front.clone();
        let watcher = graceful.watcher();
        let acceptor = tls.as_ref().map(Tls::acceptor);
        tokio::spawn(async move {
            match acceptor {
                None => serve_connection(stream, front, peer, watcher).await,
                Some(acceptor) => {
                    if let Some(stream) = handshake(&acceptor, stream).await {
                        serve_connection(stream, front, peer, watcher).await;
                    }
                }
            }
        });
    }
    drop(listener);
    info!("no more connections are taken");
    if let Some(follow) = follow {
        follow.abort();
    }
    if tokio::time::timeout(GOODBYE, graceful.shutdown())
        .await
        .is_err()
    {
        warn!("some connections did not end in time");
    }
}

async fn serve_connection<S>(stream: S, front: Front, peer: SocketAddr, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // Counted for this connection alone, not by every request on every core.
    let front = Arc::new(front);
    let service = service_fn(move |request| Arc::clone(&front).answer(peer, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        // Answers are short: in one piece with their head they cost less than as a list of two.
        .writev(false)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        debug!(%error, "a connection broke");
    }
}

async fn handshake(
    acceptor: &TlsAcceptor,
    stream: TcpStream,
) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
    match tokio::time::timeout(HEADERS, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            debug!(%error, "no TLS");
            None
        }
        Err(_) => None,
    }
}
