use http::Uri;
use http::uri::PathAndQuery;

/// The same address without doubled slashes and without a slash at the end: bridges put their
/// base URL and the path together as they please (facts/pbx-and-clients.md C.6, 19).
pub(crate) fn normalize_path(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    if path == "/" || !(path.contains("//") || path.ends_with('/')) {
        return None;
    }
    let segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    let mut whole = format!("/{}", segments.join("/"));
    if let Some(query) = uri.query() {
        whole.push('?');
        whole.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(whole).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_too_many_are_dropped() {
        for (sent, meant) in [
            ("/api/v1/cti/abc/", Some("/api/v1/cti/abc")),
            ("//api/v1//cti/abc", Some("/api/v1/cti/abc")),
            (
                "/api/v1/cti/abc/?event=newCall",
                Some("/api/v1/cti/abc?event=newCall"),
            ),
            ("/api/v1/cti/abc?x=a//b/", None),
            ("/", None),
            ("//", Some("/")),
        ] {
            let normal = normalize_path(&sent.parse().unwrap());
            assert_eq!(
                normal.map(|uri| uri.to_string()).as_deref(),
                meant,
                "{sent}"
            );
        }
    }
}
