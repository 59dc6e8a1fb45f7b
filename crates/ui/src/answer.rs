use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use rust_embed::EmbeddedFile;

use crate::Files;
use crate::encoding::{Encoding, accepted};

const INDEX: &str = "index.html";
/// Files with a hash in their name: what they hold never changes.
const IMMUTABLE: &str = "_app/immutable/";

/// The file at this address, or `index.html`.
pub(crate) async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let mut path = uri.path().trim_start_matches('/');
    if !is_file(path) {
        // A script that is gone (a page from before an update asks for it) is not a page.
        if path.starts_with("_app/") {
            return StatusCode::NOT_FOUND.into_response();
        }
        path = INDEX;
    }
    let compressed = accepted(&headers)
        .find_map(|encoding| Some((Files::get(&with_suffix(path, encoding))?, Some(encoding))));
    match compressed.or_else(|| Some((Files::get(path)?, None))) {
        Some((file, encoding)) => send(path, file, encoding, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn is_file(path: &str) -> bool {
    let is_compressed = [Encoding::Brotli, Encoding::Gzip]
        .iter()
        .any(|encoding| path.ends_with(encoding.suffix()));
    !is_compressed && Files::get(path).is_some()
}

fn with_suffix(path: &str, encoding: Encoding) -> String {
    format!("{path}{}", encoding.suffix())
}

fn send(
    path: &str,
    file: EmbeddedFile,
    encoding: Option<Encoding>,
    headers: &HeaderMap,
) -> Response {
    let tag = entity_tag(&file);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|line| line.to_str().ok())
        .is_some_and(|line| matches(line, &tag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data).into_response()
    };
    let keep = if path.starts_with(IMMUTABLE) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let answer = response.headers_mut();
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        answer.insert(header::ETAG, tag);
    }
    if !known {
        answer.insert(header::CONTENT_TYPE, content_type(path));
        if let Some(encoding) = encoding {
            let name = HeaderValue::from_static(encoding.name());
            answer.insert(header::CONTENT_ENCODING, name);
        }
    }
    response
}

/// Of the bytes that are sent, so that it differs between encodings as it must.
fn entity_tag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    let digits = format!("{:016x}", u64::from_be_bytes(first));
    format!("\"{digits}\"")
}

fn matches(if_none_match: &str, tag: &str) -> bool {
    if_none_match.split(',').map(str::trim).any(|known| {
        // A proxy that compresses makes a tag weak; for reading that is as good.
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
    })
}

fn content_type(path: &str) -> HeaderValue {
    let known = Files::get(path).map(|file| file.metadata.mimetype().to_owned());
    let mut name = known.unwrap_or_else(|| "application/octet-stream".to_owned());
    if name.starts_with("text/") {
        name.push_str("; charset=utf-8");
    }
    HeaderValue::try_from(name)
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use axum::extract::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;
    use crate::page;

    async fn ask(path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        page().oneshot(request).await.unwrap()
    }

    fn said<'a>(response: &'a Response, name: &str) -> &'a str {
        response
            .headers()
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    async fn text(response: Response) -> String {
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// A file with a hash in its name; none where the page was left out of this build.
    fn immutable(end: &str) -> Option<String> {
        Files::iter()
            .find(|path| path.starts_with(IMMUTABLE) && path.ends_with(end))
            .map(|path| format!("/{path}"))
    }

    #[tokio::test]
    async fn every_address_that_is_no_file_is_the_page() {
        for path in [
            "/",
            "/contacts/5",
            "/index.html",
            "/admin/sources",
            "/a.b/c",
        ] {
            let response = ask(path, &[]).await;
            assert_eq!(response.status(), 200, "{path}");
            assert_eq!(said(&response, "content-type"), "text/html; charset=utf-8");
            assert_eq!(said(&response, "cache-control"), "no-cache");
            assert!(
                text(response)
                    .await
                    .to_lowercase()
                    .starts_with("<!doctype html>")
            );
        }
    }

    #[tokio::test]
    async fn a_script_that_is_gone_is_not_the_page() {
        for path in ["/_app/immutable/nodes/0.gone.js", "/_app/", "/_app/x"] {
            assert_eq!(ask(path, &[]).await.status(), 404, "{path}");
        }
    }

    #[tokio::test]
    async fn the_page_is_sent_again_only_when_it_changed() {
        let first = ask("/", &[]).await;
        let tag = said(&first, "etag").to_owned();
        assert!(tag.len() > 10);
        for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
            let response = ask("/contacts", &[("if-none-match", &known)]).await;
            assert_eq!(response.status(), 304, "{known}");
            assert_eq!(said(&response, "etag"), tag);
            assert_eq!(text(response).await, "");
        }
        let other = ask("/", &[("if-none-match", "\"x\"")]).await;
        assert_eq!(other.status(), 200);
    }

    #[tokio::test]
    async fn scripts_are_kept_for_good_and_come_compressed() {
        let Some(script) = immutable(".js") else {
            return;
        };
        let plain = ask(&script, &[]).await;
        assert!(said(&plain, "content-type").starts_with("text/javascript"));
        assert!(said(&plain, "cache-control").contains("immutable"));
        assert_eq!(said(&plain, "content-encoding"), "");
        assert_eq!(said(&plain, "vary"), "accept-encoding");
        for (accept, encoding) in [("gzip", "gzip"), ("gzip, deflate, br", "br")] {
            let response = ask(&script, &[("accept-encoding", accept)]).await;
            assert_eq!(said(&response, "content-encoding"), encoding);
            assert_eq!(
                said(&response, "content-type"),
                said(&plain, "content-type")
            );
            assert_ne!(said(&response, "etag"), said(&plain, "etag"));
        }
        let compressed = ask(&format!("{script}.br"), &[]).await;
        assert_eq!(compressed.status(), 404);
    }

    #[tokio::test]
    async fn fonts_and_styles_have_their_types() {
        if let Some(styles) = immutable(".css") {
            let response = ask(&styles, &[]).await;
            assert_eq!(said(&response, "content-type"), "text/css; charset=utf-8");
        }
        if let Some(font) = immutable(".woff2") {
            assert_eq!(said(&ask(&font, &[]).await, "content-type"), "font/woff2");
        }
    }

    #[tokio::test]
    async fn the_page_has_no_inline_script() {
        let html = text(ask("/", &[]).await).await;
        for tag in html.split("<script").skip(1) {
            let tag = tag.split('>').next().unwrap();
            assert!(tag.contains(" src="), "<script{tag}> is inline");
        }
        assert!(!html.contains(" style="));
    }
}
