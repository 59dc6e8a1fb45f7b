use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use offhook_wire::config::Connection;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::trust::Trust;

/// A PBX that does not take the connection within this time is not there.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection, encrypted or not.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

/// A connection that is open.
pub(super) struct Opened {
    pub(super) socket: Box<dyn Socket>,
    /// The fingerprint of a certificate that nothing speaks for, but that it is the first.
    pub(super) first_seen: Option<String>,
}

/// Connects, or says why not and what to look at. With TLS, `fingerprint` is that of the
/// certificate that was seen before.
pub(super) async fn open(
    connection: &Connection,
    usual_port: u16,
    fingerprint: Option<String>,
) -> Result<Opened, String> {
    let port = connection.port.unwrap_or(usual_port);
    let host = connection.host.as_str();
    let place = format!("{host} port {port}");
    let tcp = match timeout(PATIENCE, TcpStream::connect((host, port))).await {
        Err(_) => {
            return Err(format!(
                "{place} does not answer: is a firewall in between?"
            ));
        }
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            return Err(format!(
                "{place} refuses connections: is the PBX running there, and does it listen on \
                 this address?"
            ));
        }
        Ok(Err(error)) => return Err(format!("{place} can not be reached: {error}")),
        Ok(Ok(tcp)) => tcp,
    };
    // A PBX that went away without a word is noticed by the session's keep-alive.
    tcp.set_nodelay(true).ok();
    if !connection.tls {
        return Ok(Opened {
            socket: Box::new(tcp),
            first_seen: None,
        });
    }
    let trust = tokio::task::spawn_blocking(move || Trust::new(fingerprint)).await;
    let trust = trust.map_err(|error| error.to_string())?;
    let config = trust.config().map_err(|error| error.to_string())?;
    let name = ServerName::try_from(host.to_owned()).map_err(|_| format!("{host} is no name"))?;
    let connector = TlsConnector::from(Arc::new(config));
    match timeout(PATIENCE, connector.connect(name, tcp)).await {
        Err(_) => Err(format!("{place} does not speak TLS")),
        Ok(Err(error)) => Err(format!("{place} with TLS: {error}")),
        Ok(Ok(tls)) => Ok(Opened {
            socket: Box::new(tls),
            first_seen: trust.first_seen(),
        }),
    }
}
