use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use ipnet::IpNet;

use super::file::File;
use super::{Place, PlaceOptions, path_or_blank, said};

/// The address of a server, as far as a link to it goes.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct AddressOptions {
    /// Address to serve on [default: 127.0.0.1:8420]
    #[arg(long, env = "OFFHOOK_LISTEN", value_name = "HOST:PORT")]
    pub(crate) listen: Option<String>,
    /// What we call ourselves in callback URLs and links [default: a setting, else http(s)://LISTEN]
    #[arg(long, env = "OFFHOOK_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Serve https with this certificate chain (PEM); read again when it changes
    #[arg(long, env = "OFFHOOK_TLS_CERT", value_name = "FILE", value_parser = path_or_blank())]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, env = "OFFHOOK_TLS_KEY", value_name = "FILE", value_parser = path_or_blank())]
    pub(crate) tls_key: Option<PathBuf>,
}

/// How a server is reached.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ServeOptions {
    #[command(flatten)]
    pub(crate) address: AddressOptions,
    /// Carries live events between nodes: nats://… (not in this version)
    #[arg(long, env = "OFFHOOK_NATS", value_name = "URL")]
    pub(crate) nats: Option<String>,
    /// Proxies whose X-Forwarded-For and -Proto are believed; may repeat
    #[arg(
        long,
        env = "OFFHOOK_TRUSTED_PROXY",
        value_name = "CIDR",
        value_delimiter = ',',
        num_args = 1
    )]
    pub(crate) trusted_proxy: Vec<String>,
}

/// The address of a server, resolved.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<String>,
    /// Certificate and key.
    pub(crate) tls: Option<(PathBuf, PathBuf)>,
}

/// How a server is reached, resolved.
#[derive(Debug, Clone)]
pub(crate) struct ServeConfig {
    pub(crate) place: Place,
    pub(crate) address: Address,
    pub(crate) trusted_proxies: Vec<IpNet>,
}

impl AddressOptions {
    /// Resolves flags, environment, file and defaults.
    pub(crate) fn resolve(&self, place: &PlaceOptions) -> Result<Address> {
        self.resolve_with(&File::read(place.config.as_deref())?)
    }

    fn resolve_with(&self, file: &File) -> Result<Address> {
        let listen = said(self.listen.as_deref(), file.listen.as_deref());
        let listen = listen.unwrap_or("127.0.0.1:8420");
        let listen = listen
            .to_socket_addrs()
            .ok()
            .and_then(|mut addresses| addresses.next())
            .with_context(|| format!("--listen {listen} is no address like 127.0.0.1:8420"))?;
        let public_url = said(self.public_url.clone(), file.public_url.clone());
        if let Some(url) = &public_url
            && !(url.starts_with("http://") || url.starts_with("https://"))
        {
            bail!("--public-url {url} must begin with http:// or https://");
        }
        let certificate = said(self.tls_cert.clone(), file.tls_cert.clone());
        let tls = match (
            certificate,
            said(self.tls_key.clone(), file.tls_key.clone()),
        ) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some((certificate, key)),
            _ => bail!("--tls-cert and --tls-key go together"),
        };
        Ok(Address {
            listen,
            public_url,
            tls,
        })
    }
}

impl Address {
    /// What the server calls itself unless it is told.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.listen)
    }
}

impl ServeOptions {
    /// Resolves flags, environment, file and defaults.
    pub(crate) fn resolve(&self, place: &PlaceOptions) -> Result<ServeConfig> {
        let file = File::read(place.config.as_deref())?;
        let place = place.resolve_with(&file)?;
        if said(self.nats.as_deref(), file.nats.as_deref()).is_some() {
            bail!("this version runs on one node: leave --nats out");
        }
        let address = self.address.resolve_with(&file)?;
        let said_here = |text: &String| !text.trim().is_empty();
        let mut proxies = self.trusted_proxy.clone();
        proxies.retain(said_here);
        if proxies.is_empty() {
            proxies = file.trusted_proxy.map(Vec::from).unwrap_or_default();
            proxies.retain(said_here);
        }
        let trusted_proxies = proxies
            .iter()
            .map(|text| {
                let text = text.trim();
                let address = text.parse::<IpAddr>().map(IpNet::from).ok();
                text.parse().ok().or(address).with_context(|| {
                    format!("--trusted-proxy {text} is no address or range like 10.0.0.0/8")
                })
            })
            .collect::<Result<_>>()?;
        Ok(ServeConfig {
            place,
            address,
            trusted_proxies,
        })
    }
}
