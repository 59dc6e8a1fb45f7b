use offhook_engine::store::Settings;
use serde::Serialize;
use utoipa::ToSchema;

/// The settings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Settings)]
pub(super) struct SettingsView {
    /// ISO code of the country that national numbers belong to.
    country: String,
    /// IANA name.
    time_zone: String,
    /// How many calls Zammad's log shows.
    view_limit: i64,
    /// Older calls are deleted; 0 keeps them.
    retention_days: i64,
    /// Older recorded requests are deleted; 0 keeps them.
    requests_days: i64,
    /// A call that rings longer is lost.
    lost_ringing_minutes: i64,
    /// A call answered longer ago is lost.
    lost_answered_hours: i64,
    /// What a screen pop opens: `{number}`, `{name}`, `{contact_url}`, `{call_id}`.
    pop_url_template: Option<String>,
    /// What we call ourselves in links.
    public_url: Option<String>,
}

impl From<&Settings> for SettingsView {
    fn from(settings: &Settings) -> Self {
        Self {
            country: settings.country.clone(),
            time_zone: settings.time_zone.clone(),
            view_limit: settings.view_limit,
            retention_days: settings.retention_days,
            requests_days: settings.requests_days,
            lost_ringing_minutes: settings.lost_ringing_minutes,
            lost_answered_hours: settings.lost_answered_hours,
            pop_url_template: settings.pop_url_template.clone(),
            public_url: settings.public_url.clone(),
        }
    }
}
