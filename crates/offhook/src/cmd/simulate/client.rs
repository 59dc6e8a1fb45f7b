//! Posts to http and https endpoints.

use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION, USER_AGENT};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// A PBX does not wait longer for its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Answers have a few hundred bytes; what is longer is a page of something else.
const MOST_BYTES: usize = 64 * 1024;

/// Posts, over connections that are used again. Certificates are those that the system trusts.
#[derive(Debug)]
pub(super) struct Client(legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Where a redirect leads; it is not followed.
    pub(super) location: Option<String>,
    /// Empty when it was too long.
    pub(super) text: String,
}

impl Client {
    /// A client for URLs of this scheme; certificates are only looked for where they are needed.
    pub(super) fn new(scheme: &str) -> Result<Self> {
        let provider = rustls::crypto::ring::default_provider();
        let builder = HttpsConnectorBuilder::new();
        let builder = if scheme == "https" {
            builder
                .with_provider_and_native_roots(provider)
                .context("the system has no certificates to trust")?
        } else {
            let config = rustls::ClientConfig::builder_with_provider(provider.into())
                .with_safe_default_protocol_versions()?
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
            builder.with_tls_config(config)
        };
        let connector = builder.https_or_http().enable_http1().build();
        let client = legacy::Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self(client))
    }

    /// The answer to a post, or why there is none and what to do about it.
    pub(super) async fn post(
        &self,
        uri: Uri,
        content_type: &'static str,
        body: String,
    ) -> Result<Answer, String> {
        let request = Request::post(uri)
            .header(CONTENT_TYPE, content_type)
            .header(USER_AGENT, concat!("offhook/", env!("CARGO_PKG_VERSION")))
            .body(Full::from(body))
            .map_err(|error| error.to_string())?;
        let exchange = async {
            let answer = self
                .0
                .request(request)
                .await
                .map_err(|error| reason(&error))?;
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
            Err(format!(
                "no answer within {seconds} s: look at the server's load"
            ))
        })
    }
}

/// The innermost cause and what to do about it.
fn reason(error: &legacy::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let why = inner.to_string();
    format!("{why}: {}", advice(&why))
}

fn advice(why: &str) -> &'static str {
    if why.contains("certificate") {
        "the environment's SSL_CERT_FILE names a file of certificates to trust"
    } else if why.contains("HTTP version") {
        "it may speak https and not http"
    } else if why.contains("InvalidContentType") {
        "it may speak http and not https"
    } else {
        "check host and port, and that the server runs"
    }
}
