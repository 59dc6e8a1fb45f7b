use std::net::SocketAddr;
use std::sync::Arc;

use offhook_core::UnixMillis;
use offhook_engine::access::{Access, Identity, Throttle};
use offhook_engine::clock::Clock;
use offhook_engine::configuration::Configuration;
use offhook_engine::connect::{Dialer, Exchange};
use offhook_engine::directory::{Contacts, Directory};
use offhook_engine::live::{Browsers, Hub};
use offhook_engine::out::Forwards;
use offhook_engine::store::{ForwardStore, RequestStore};
use offhook_engine::{CallLog, Recorder, Switchboard};
use tokio::sync::watch;

use crate::layers::{Client, TrustedProxies};
use crate::metrics::Metrics;

/// How we are reached from outside.
#[derive(Debug, Clone)]
pub struct Public {
    /// The address we listen on.
    pub listen: SocketAddr,
    /// Whether we serve https ourselves.
    pub tls: bool,
    /// What we call ourselves in links, from flags; wins over the setting.
    pub url: Option<String>,
    /// Whose `X-Forwarded-…` headers are believed.
    pub proxies: TrustedProxies,
}

/// What the surface stands on.
#[derive(Debug)]
pub struct Parts {
    /// Takes events in.
    pub switchboard: Switchboard,
    /// Sources, users, settings.
    pub configuration: Arc<Configuration>,
    /// Sign-in.
    pub access: Access,
    /// The log.
    pub log: CallLog,
    /// Who a number is.
    pub directory: Arc<Directory>,
    /// Keeps contacts.
    pub contacts: Contacts,
    /// The live stream.
    pub hub: Arc<Hub>,
    /// What other systems are told.
    pub outbox: OutboxHandle,
    /// PBXs that we listen to.
    pub exchange: Exchange,
    /// Lets a PBX dial.
    pub dialer: Dialer,
    /// Keeps requests.
    pub recorder: Recorder,
    /// Kept requests.
    pub requests: RequestsHandle,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How we are reached.
    pub public: Public,
    /// Turns true when the server goes down: streams end then.
    pub closing: watch::Receiver<bool>,
}

/// The spool of what other systems are told, and how that goes.
pub struct OutboxHandle {
    /// The spool.
    pub spool: Arc<dyn ForwardStore>,
    /// How it goes.
    pub forwards: Forwards,
}

impl std::fmt::Debug for OutboxHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OutboxHandle")
    }
}

/// The store of recorded requests.
pub struct RequestsHandle(pub Arc<dyn RequestStore>);

impl std::fmt::Debug for RequestsHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RequestsHandle")
    }
}

/// The state that handlers share.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) parts: Parts,
    /// Wrong tokens from one address: ten in a minute, then only right ones are looked at.
    pub(crate) wrong_tokens: Throttle<std::net::IpAddr>,
    pub(crate) metrics: Metrics,
    pub(crate) browsers: Arc<Browsers>,
}

impl App {
    /// The state made of these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            parts,
            wrong_tokens: Throttle::new(10, 60_000),
            metrics: Metrics::default(),
            browsers: Arc::default(),
        }))
    }

    pub(crate) fn now(&self) -> UnixMillis {
        self.0.parts.clock.now()
    }

    pub(crate) fn wrong_tokens(&self) -> &Throttle<std::net::IpAddr> {
        &self.0.wrong_tokens
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn browsers(&self) -> &Arc<Browsers> {
        &self.0.browsers
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

impl App {
    /// Whether the user is at this browser. A token is no browser: whoever has it decides.
    pub(crate) fn is_here(&self, identity: &Identity) -> bool {
        let user = identity.user.user.id;
        (identity.session).is_none_or(|session| self.browsers().is_in_use(user, session))
    }

    /// What we call ourselves in links, without a slash at the end: the flag, else the setting,
    /// else the Host header of a client that is believed, else the address we listen on.
    pub(crate) fn public_url(&self, client: Option<&Client>) -> String {
        let snapshot = self.configuration.now();
        let url = (self.public.url.clone())
            .or_else(|| snapshot.settings.public_url.clone())
            .or_else(|| client.and_then(Client::origin))
            .unwrap_or_else(|| {
                let scheme = if self.public.tls { "https" } else { "http" };
                format!("{scheme}://{}", self.public.listen)
            });
        url.trim_end_matches('/').to_owned()
    }

    /// The link that makes the first administrator, where there is no user yet. The key stands in
    /// the fragment, which no browser sends and no log sees.
    pub fn welcome_link(&self) -> Option<String> {
        let key = self.access.welcome_key()?;
        Some(format!("{}/welcome#{}", self.public_url(None), key.0))
    }
}
