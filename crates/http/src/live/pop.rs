use std::fmt::Write;

use offhook_core::call::Direction;
use offhook_core::number::NumberKey;
use offhook_engine::configuration::Snapshot;
use offhook_engine::directory::NamedCall;

use super::event::Pop;
use crate::api::calls::CallView;

/// What the browser of who answered opens.
pub(super) fn pop(named: &NamedCall, snapshot: &Snapshot, public_url: &str) -> Pop {
    let matches = match named.call.folded.direction {
        Direction::In => &named.from,
        Direction::Out => &named.to,
    };
    let best = matches.first();
    let other = named.call.folded.other_side();
    let contact_url = best
        .map(|found| format!("{public_url}/contacts/{}", found.contact_id))
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
    Pop {
        call: CallView::new(named, snapshot),
        contact_id: best.map(|found| found.contact_id.0),
        url,
    }
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
