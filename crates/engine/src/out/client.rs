//! Posts to http and https endpoints.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION, USER_AGENT};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioExecutor;

/// A PBX does not wait longer for its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Looking a name up and connecting take no longer each, so that what could not be sent is known
/// not to have been before [`PATIENCE`] ends.
const REACHING: Duration = Duration::from_secs(4);
/// A connection that was idle for longer is not used again: servers close theirs after 5 s and
/// more, and what is sent into that would be lost without anybody knowing.
const IDLE: Duration = Duration::from_secs(3);
/// Answers have a few hundred bytes; what is longer is a page of something else.
const MOST_BYTES: usize = 64 * 1024;

/// Where a client may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere.
    Anywhere,
    /// Not into private networks, nor to this machine: for addresses that others may choose.
    Public,
}

/// Posts, over connections that are used again. Certificates are those that the system trusts.
#[derive(Debug)]
pub struct Client {
    client: legacy::Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    reach: Reach,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// Nothing was sent.
    #[error("{0}")]
    NotSent(String),
    /// It was sent; whether it was heard is not known.
    #[error("{0}")]
    Unanswered(String),
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Where a redirect leads; it is not followed.
    pub location: Option<String>,
    /// Empty when it was too long.
    pub text: String,
}

impl Client {
    /// A client for URLs of this scheme; certificates are only looked for where they are needed.
    /// Fails when the system has none to trust.
    pub fn new(scheme: &str, reach: Reach) -> Result<Self, String> {
        let provider = rustls::crypto::ring::default_provider();
        let builder = HttpsConnectorBuilder::new();
        let builder = if scheme == "https" {
            builder
                .with_provider_and_native_roots(provider)
                .map_err(|error| format!("the system has no certificates to trust: {error}"))?
        } else {
            let config = rustls::ClientConfig::builder_with_provider(provider.into())
                .with_safe_default_protocol_versions()
                .map_err(|error| error.to_string())?
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
            builder.with_tls_config(config)
        };
        let mut tcp = HttpConnector::new_with_resolver(Resolver(reach));
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(REACHING));
        let connector = builder.https_or_http().enable_http1().wrap_connector(tcp);
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Ok(Self { client, reach })
    }

    /// The answer to a post, or why there is none and what to do about it.
    pub async fn post(
        &self,
        uri: Uri,
        content_type: &'static str,
        body: Bytes,
    ) -> Result<Answer, PostError> {
        let request = Request::post(uri)
            .header(CONTENT_TYPE, content_type)
            .header(USER_AGENT, concat!("offhook/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(body))
            .map_err(|error| PostError::NotSent(error.to_string()))?;
        let literal = request
            .uri()
            .host()
            .and_then(|host| host.trim_matches(['[', ']']).parse().ok());
        if literal.is_some_and(|address| !self.reach.allows(address)) {
            return Err(PostError::NotSent(PRIVATE.to_owned()));
        }
        let exchange = async {
            let answer = self.client.request(request).await;
            let answer = answer.map_err(|error| post_error(&error))?;
            let (head, body) = answer.into_parts();
            // Read to its end, so that the connection can be used again.
            let text = match Limited::new(body, MOST_BYTES).collect().await {
                Ok(body) => String::from_utf8_lossy(&body.to_bytes()).into_owned(),
                Err(_) => String::new(),
            };
            let location = head.headers.get(LOCATION);
            Ok(Answer {
                status: head.status,
                location: location.and_then(|value| Some(value.to_str().ok()?.to_owned())),
                text,
            })
        };
        let answer = tokio::time::timeout(PATIENCE, exchange).await;
        answer.unwrap_or_else(|_| {
            let seconds = PATIENCE.as_secs();
            let why = format!("no answer within {seconds} s: look at the server's load");
            Err(PostError::Unanswered(why))
        })
    }
}

const PRIVATE: &str = "it is in a private network, which has to be allowed";

impl Reach {
    fn allows(self, address: IpAddr) -> bool {
        let address = match address {
            IpAddr::V6(address) => address.to_canonical(),
            address @ IpAddr::V4(_) => address,
        };
        let is_private = match address {
            IpAddr::V4(address) => {
                let [first, second, ..] = address.octets();
                address.is_private()
                    || address.is_loopback()
                    || address.is_link_local()
                    || address.is_unspecified()
                    || address.is_broadcast()
                    // Shared by carriers (RFC 6598).
                    || (first == 100 && (64..128).contains(&second))
            }
            IpAddr::V6(address) => {
                address.is_loopback()
                    || address.is_unspecified()
                    || address.is_unique_local()
                    || address.is_unicast_link_local()
            }
        };
        self == Self::Anywhere || !is_private
    }
}

/// Looks names up, and leaves out where a client may not go.
#[derive(Debug, Clone, Copy)]
struct Resolver(Reach);

impl tower::Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let Self(reach) = *self;
        Box::pin(async move {
            let looking = tokio::net::lookup_host((name.as_str(), 0));
            let found = tokio::time::timeout(REACHING, looking).await??;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| reach.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err(std::io::Error::other(PRIVATE));
            }
            Ok(allowed.into_iter())
        })
    }
}

/// The innermost cause and what to do about it. What came to no connection was not sent, nor what
/// still waited for one when that ended.
fn post_error(error: &legacy::Error) -> PostError {
    let mut was_sent = !error.is_connect();
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
        let canceled = inner.downcast_ref().is_some_and(hyper::Error::is_canceled);
        was_sent &= !canceled;
    }
    let why = inner.to_string();
    let why = format!("{why}: {}", advice(&why));
    if was_sent {
        PostError::Unanswered(why)
    } else {
        PostError::NotSent(why)
    }
}

fn advice(why: &str) -> &'static str {
    if why.contains("private network") {
        "set allow_private if that is right"
    } else if why.contains("certificate") {
        "the environment's SSL_CERT_FILE names a file of certificates to trust"
    } else if why.contains("HTTP version") {
        "it may speak https and not http"
    } else if why.contains("InvalidContentType") {
        "it may speak http and not https"
    } else {
        "check host and port, and that the server runs"
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    use super::{Bytes, Client, PostError, Reach, Uri};

    #[tokio::test]
    async fn what_was_sent_may_have_been_heard() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let uri: Uri = format!("http://{address}/").parse().unwrap();
        let client = Client::new("http", Reach::Anywhere).unwrap();
        let post = || client.post(uri.clone(), "application/json", Bytes::from("{}"));
        let closes = async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            socket.read_exact(&mut [0; 4]).await.unwrap();
        };
        let (answer, ()) = tokio::join!(post(), closes);
        assert!(
            matches!(answer, Err(PostError::Unanswered(_))),
            "{answer:?}"
        );
        let answer = post().await;
        assert!(matches!(answer, Err(PostError::NotSent(_))), "{answer:?}");
    }

    #[test]
    fn private_networks() {
        for (address, public) in [
            ("8.8.8.8", true),
            ("2001:4860:4860::8888", true),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("100.128.0.1", true),
            ("0.0.0.0", false),
            ("::1", false),
            ("fd00::1", false),
            ("fe80::1", false),
            ("::ffff:127.0.0.1", false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(Reach::Public.allows(address), public, "{address}");
            assert!(Reach::Anywhere.allows(address));
        }
    }
}
