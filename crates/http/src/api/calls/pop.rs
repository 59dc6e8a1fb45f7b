use std::fmt::Write;

use axum::Json;
use axum::extract::{Extension, State};
use offhook_core::CallId;
use offhook_core::call::Direction;
use offhook_core::number::NumberKey;
use offhook_engine::configuration::Snapshot;
use offhook_engine::directory::NamedCall;
use serde::Serialize;
use utoipa::ToSchema;

use super::CallView;
use crate::App;
use crate::api::ApiPath;
use crate::auth::SignedIn;
use crate::layers::Client;
use crate::problem::Problem;

/// A caller to be opened.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Pop {
    call: CallView,
    /// The contact that the other side most likely is.
    contact_id: Option<i64>,
    /// What to open instead of our own page, where the administrator set a template.
    url: Option<String>,
    /// Whether the user is at this browser, of all that are signed in. True for tokens.
    here: bool,
}

impl Pop {
    pub(crate) fn new(
        named: &NamedCall,
        snapshot: &Snapshot,
        public_url: &str,
        here: bool,
    ) -> Self {
        let matches = match named.call.folded.direction {
            Direction::In => &named.from,
            Direction::Out | Direction::Internal => &named.to,
        };
        let best = matches.first();
        let other = named.call.folded.other_side();
        let contact_url = best
            .map(|found| format!("{}/contacts/{}", public_url, found.contact_id))
            .unwrap_or_default();
        let url = snapshot.settings.pop_url_template.as_ref().map(|template| {
            fill(
                template,
                &[
                    (
                        "number",
                        &other
                            .key
                            .and_then(NumberKey::e164)
                            .unwrap_or(other.number.clone()),
                    ),
                    ("name", best.map_or("", |found| &found.name)),
                    ("contact_url", &contact_url),
                    ("call_id", &named.call.call_id),
                ],
            )
        });
        Self {
            call: CallView::new(named, snapshot),
            contact_id: best.map(|found| found.contact_id.0),
            url,
            here,
        }
    }
}

/// Who calls, to be opened
///
/// What a `pop` of the stream says, for pages that open a caller at other times, such as when it
/// rings.
#[utoipa::path(get, path = "/api/v1/calls/{id}/pop", tag = "calls", params(("id" = i64, Path)),
    responses((status = 200, body = Pop), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    user: SignedIn,
    ApiPath(id): ApiPath<i64>,
) -> Result<Json<Pop>, Problem> {
    let found = app.log.call(CallId(id), &user.visibility(&app)).await?;
    let (named, _) = found.ok_or_else(|| Problem::not_found("call"))?;
    let here = app.is_here(&user.identity);
    let public_url = app.public_url(Some(&client));
    Ok(Json(Pop::new(
        &named,
        &app.configuration.now(),
        &public_url,
        here,
    )))
}

/// Puts values into `{places}`, percent-encoded whole, so that a caller's name can not change what
/// the address means.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        filled.push_str(&rest[..start]);
        rest = &rest[start..];
        let place = rest.find('}').and_then(|end| {
            let (_, value) = values.iter().find(|(name, _)| *name == &rest[1..end])?;
            Some((end, value))
        });
        if let Some((end, value)) = place {
            for byte in value.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    filled.push(char::from(byte));
                } else {
                    // Writing to a String does not fail.
                    write!(filled, "%{byte:02X}").ok();
                }
            }
            rest = &rest[end + 1..];
        } else {
            filled.push('{');
            rest = &rest[1..];
        }
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_unknown_places_stay() {
        let values = [("number", "4930"), ("name", "A&B \"ö\"/?#")];
        for (template, filled) in [
            ("https://crm/?n={number}", "https://crm/?n=4930"),
            ("x?q={name}", "x?q=A%26B%20%22%C3%B6%22%2F%3F%23"),
            ("{unknown}{", "{unknown}{"),
            ("{{number}}", "{4930}"),
            ("", ""),
        ] {
            assert_eq!(fill(template, &values), filled, "{template}");
        }
    }
}
