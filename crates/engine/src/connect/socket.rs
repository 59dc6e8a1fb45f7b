use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use offhook_wire::config::Connection;

/// A PBX that does not take the connection within this time is not there.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection, encrypted or not.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

/// Connects, or says why not and what to look at.
pub(super) async fn open(
    connection: &Connection,
    usual_port: u16,
) -> Result<Box<dyn Socket>, String> {
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
    Ok(Box::new(tcp))
}
