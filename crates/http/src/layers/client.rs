use std::net::IpAddr;

use http::{HeaderMap, header};
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
    /// `scheme://host` as the client wrote it, where we believe it.
    pub(crate) origin: Option<String>,
}

/// Finds out who sent the request, once, for every handler.
pub(crate) fn client(app: &App, peer: IpAddr, headers: &HeaderMap) -> Client {
    let public = &app.public;
    let trusted = public.proxies.contain(peer);
    let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
    let address = if trusted {
        nearest_untrusted(&public.proxies, headers, peer)
    } else {
        peer
    };
    let https = public.tls
        || (trusted
            && header_text(headers, "x-forwarded-proto").is_some_and(|proto| {
                proto
                    .split(',')
                    .next()
                    .is_some_and(|proto| proto.trim() == "https")
            }));
    let host = header_text(headers, header::HOST.as_str()).filter(|host| {
        host.chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-:[]_".contains(c))
    });
    let scheme = if https { "https" } else { "http" };
    Client {
        address,
        loopback: peer.is_loopback() && !forwarded,
        https,
        origin: host
            .filter(|_| trusted || peer.is_loopback())
            .map(|host| format!("{scheme}://{host}")),
    }
}

/// From right to left, the first address that is not one of our proxies: what stands left of it
/// anybody may have written.
fn nearest_untrusted(proxies: &TrustedProxies, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
    let mut nearest = peer;
    let hops = headers
        .get_all("x-forwarded-for")
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

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
