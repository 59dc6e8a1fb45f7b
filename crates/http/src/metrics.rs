//! Counters for Prometheus.

use axum::extract::{Extension, State};
use offhook_core::call::EventKind;
use offhook_engine::store::SourceKind;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::App;
use crate::auth::Admin;
use crate::layers::Client;
use crate::problem::Problem;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    kind: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EventLabels {
    event: &'static str,
}

/// What is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    events: Family<EventLabels, Counter>,
    listeners: Gauge,
    unrecorded: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("offhook");
        let requests = Family::default();
        let events = Family::default();
        let listeners = Gauge::default();
        let unrecorded = Gauge::default();
        registry.register(
            "requests",
            "Requests of PBX endpoints",
            Family::clone(&requests),
        );
        registry.register(
            "events",
            "Events taken into the log",
            Family::clone(&events),
        );
        registry.register("listeners", "Open live streams", Gauge::clone(&listeners));
        registry.register(
            "unrecorded_requests",
            "Requests that were answered but not recorded, for want of room",
            Gauge::clone(&unrecorded),
        );
        Self {
            registry,
            requests,
            events,
            listeners,
            unrecorded,
        }
    }
}

impl Metrics {
    pub(crate) fn count_request(&self, kind: SourceKind, status: u16) {
        self.requests
            .get_or_create(&RequestLabels {
                kind: kind.as_str(),
                status,
            })
            .inc();
    }

    pub(crate) fn count_event(&self, kind: EventKind) {
        self.events
            .get_or_create(&EventLabels {
                event: kind.as_str(),
            })
            .inc();
    }

    /// The text that Prometheus reads.
    pub(crate) fn text(&self, listeners: usize, unrecorded: u64) -> String {
        self.listeners
            .set(i64::try_from(listeners).unwrap_or(i64::MAX));
        self.unrecorded
            .set(i64::try_from(unrecorded).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing to a String does not fail.
        encode(&mut text, &self.registry).ok();
        text
    }
}

/// Whether the database can be read; for this machine itself and for administrators.
pub(crate) async fn readyz(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    admin: Result<Admin, Problem>,
) -> Result<&'static str, Problem> {
    if !client.loopback {
        admin?;
    }
    app.configuration.sources().config_revision().await?;
    Ok("ready")
}

/// Prometheus, for this machine itself and for administrators.
pub(crate) async fn handler(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    admin: Result<Admin, Problem>,
) -> Result<String, Problem> {
    if !client.loopback {
        admin?;
    }
    Ok(app
        .metrics()
        .text(app.hub.listeners(), app.recorder.dropped()))
}
