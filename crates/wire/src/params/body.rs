//! Which encoding a body has.

use super::{Malformed, Params, form, multipart};
use crate::{json, report::Request};

/// Reads a body by what it looks like, and by its label where that leaves it open.
pub(super) fn read<'a>(request: &Request<'a>, params: &mut Params<'a>) -> Result<(), Malformed> {
    let body = request
        .body
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(request.body);
    let label = Label::of(request.content_type);
    let start = body.trim_ascii_start();
    let found = match start.first() {
        None => return Ok(()),
        Some(b'{' | b'[') => Label::Json,
        Some(b'<') => return Err(Malformed::Xml),
        Some(_) if multipart::looks_like(start, label == Label::Multipart) => Label::Multipart,
        Some(_) if label == Label::Json && !start.contains(&b'=') => Label::Json,
        Some(_) => Label::Form,
    };
    if found != label {
        let said = request.content_type.map_or_else(
            || "there is no content type".into(),
            |text| format!("the content type says {}", super::text::cut(text, 100)),
        );
        params.warn(format!(
            "The body was read as {}, but {said}.",
            found.name()
        ));
    }
    match found {
        Label::Json => json::flatten(body, &mut |key, value| params.push(key, value)),
        Label::Multipart => multipart::read(start, request.content_type, params),
        Label::Form | Label::Other => form::read(start, params),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Json,
    Form,
    Multipart,
    Other,
}

impl Label {
    fn of(content_type: Option<&str>) -> Self {
        let kind = content_type
            .and_then(|text| text.split(';').next())
            .unwrap_or("")
            .trim();
        let is = |name: &str| kind.eq_ignore_ascii_case(name);
        if is("application/json") || is("text/x-json") || is("application/jsonrequest") {
            Self::Json
        } else if is("application/x-www-form-urlencoded") {
            Self::Form
        } else if is("multipart/form-data") {
            Self::Multipart
        } else {
            Self::Other
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Multipart => "a multipart form",
            Self::Form | Self::Other => "a form",
        }
    }
}
