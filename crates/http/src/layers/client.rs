use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use ipnet::IpNet;

use crate::App;

/// The addresses of proxies whose `X-Forwarded-For` and `-Proto` are believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(pub Vec<IpNet>);

impl TrustedProxies {
    fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }
}

/// Who sent a request, as far as we believe it.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// The address, behind trusted proxies the one they name.
    pub(crate) address: IpAddr,
    /// Whether the request came from this machine itself, through no proxy.
    pub(crate) loopback: bool,
    /// Whether the outside is https.
    pub(crate) https: bool,
    /// The Host header of a client that we believe.
    host: Option<HeaderValue>,
}

impl Client {
    /// `scheme://host` as the client wrote it, where we believe it.
    pub(crate) fn origin(&self) -> Option<String> {
        let host = self.host.as_ref()?.to_str().ok()?;
        let is_host = (host.chars()).all(|c| c.is_ascii_alphanumeric() || ".-:[]_".contains(c));
        let scheme = if self.https { "https" } else { "http" };
        is_host.then(|| format!("{scheme}://{host}"))
    }
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Finds out who sent the request, once, for every handler.
pub(crate) fn client(app: &App, peer: IpAddr, headers: &HeaderMap) -> Client {
    let public = &app.public;
    let trusted = public.proxies.contain(peer);
    let forwarded =
        headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(header::FORWARDED);
    let address = if trusted {
        nearest_untrusted(&public.proxies, headers, peer)
    } else {
        peer
    };
    let https = public.tls
        || (trusted
            && header_text(headers, X_FORWARDED_PROTO).is_some_and(|proto| {
                proto
                    .split(',')
                    .next()
                    .is_some_and(|proto| proto.trim() == "https")
            }));
    Client {
        address,
        loopback: peer.is_loopback() && !forwarded,
        https,
        host: (trusted || peer.is_loopback())
            .then(|| headers.get(header::HOST).cloned())
            .flatten(),
    }
}

/// From right to left, the first address that is not one of our proxies: what stands left of it
/// anybody may have written.
fn nearest_untrusted(proxies: &TrustedProxies, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
    let mut nearest = peer;
    let hops = headers
        .get_all(X_FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).collect();
    for hop in hops.iter().rev() {
        let Ok(address) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        nearest = address.to_canonical();
        if !proxies.contain(nearest) {
            break;
        }
    }
    nearest
}

fn header_text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
