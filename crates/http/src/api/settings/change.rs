use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use offhook_core::number::Country;
use offhook_engine::store::Settings;
use serde::{Deserialize, Deserializer};
use tracing::info;
use utoipa::ToSchema;

use super::view::SettingsView;
use crate::App;
use crate::api::{ApiJson, if_match, same_revision, with_etag, with_retries};
use crate::auth::Admin;
use crate::problem::Problem;

/// What to change; what is left out stays.
#[expect(clippy::option_option, reason = "null is not the same as nothing")]
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SettingsPatch {
    country: Option<String>,
    time_zone: Option<String>,
    view_limit: Option<i64>,
    retention_days: Option<i64>,
    requests_days: Option<i64>,
    lost_ringing_minutes: Option<i64>,
    lost_answered_hours: Option<i64>,
    /// Null takes it away.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pop_url_template: Option<Option<String>>,
    /// Null takes it away.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    public_url: Option<Option<String>>,
}

/// Tells null from nothing.
#[expect(clippy::option_option, reason = "null is not the same as nothing")]
fn present<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(reader).map(Some)
}

/// Change settings
#[utoipa::path(patch, path = "/api/v1/settings", tag = "settings", request_body = SettingsPatch,
    responses((status = 200, body = SettingsView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Admin(admin): Admin,
    headers: HeaderMap,
    ApiJson(patch): ApiJson<SettingsPatch>,
) -> Result<Response, Problem> {
    let expected = if_match(&headers)?;
    let sources = app.configuration.sources();
    let settings = with_retries(expected, || async {
        let mut settings = sources.settings().await?;
        same_revision(expected, settings.revision)?;
        patch.clone().apply(&mut settings)?;
        Ok(sources.update_settings(&settings).await?)
    });
    let settings = settings.await?;
    app.configuration.reload().await?;
    info!(target: "audit", by = admin.identity.user.user.login, "changed the settings");
    Ok(with_etag(
        StatusCode::OK,
        settings.revision,
        SettingsView::from(&settings),
    ))
}

impl SettingsPatch {
    fn apply(self, settings: &mut Settings) -> Result<(), Problem> {
        if let Some(country) = self.country {
            let country = country.to_ascii_uppercase();
            Country::from_code(&country)
                .ok_or_else(|| Problem::invalid("country", "must be an ISO code like DE"))?;
            settings.country = country;
        }
        if let Some(zone) = self.time_zone {
            jiff::tz::TimeZone::get(&zone).map_err(|_| {
                Problem::invalid("time_zone", "must be an IANA name like Europe/Berlin")
            })?;
            settings.time_zone = zone;
        }
        let numbers = [
            (
                "view_limit",
                self.view_limit,
                1..=1000,
                &mut settings.view_limit,
            ),
            (
                "retention_days",
                self.retention_days,
                0..=36_500,
                &mut settings.retention_days,
            ),
            (
                "requests_days",
                self.requests_days,
                0..=36_500,
                &mut settings.requests_days,
            ),
            (
                "lost_ringing_minutes",
                self.lost_ringing_minutes,
                1..=10_080,
                &mut settings.lost_ringing_minutes,
            ),
            (
                "lost_answered_hours",
                self.lost_answered_hours,
                1..=8760,
                &mut settings.lost_answered_hours,
            ),
        ];
        for (field, value, range, place) in numbers {
            if let Some(value) = value {
                if !range.contains(&value) {
                    let (least, most) = (range.start(), range.end());
                    return Err(Problem::invalid(
                        field,
                        format!("must be {least} to {most}"),
                    ));
                }
                *place = value;
            }
        }
        if let Some(template) = self.pop_url_template {
            settings.pop_url_template = web_address("pop_url_template", template)?;
        }
        if let Some(url) = self.public_url {
            settings.public_url = web_address("public_url", url)?;
        }
        Ok(())
    }
}

/// An http(s) address; empty is none. Others would let a template run a script in a browser.
fn web_address(field: &str, url: Option<String>) -> Result<Option<String>, Problem> {
    let Some(url) = url
        .map(|url| url.trim().to_owned())
        .filter(|url| !url.is_empty())
    else {
        return Ok(None);
    };
    let lower = url.to_ascii_lowercase();
    if !(lower.starts_with("http://") || lower.starts_with("https://")) || url.len() > 2000 {
        return Err(Problem::invalid(
            field,
            "must begin with http:// or https://",
        ));
    }
    Ok(Some(url))
}
