//! `multipart/form-data`, the encoding of Zammad's own curl samples (`--form`).

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{FutureExt, future, stream};
use multer::Multipart;

use super::{Malformed, Params, text};

/// How far into the body the first part's header is looked for.
const SNIFFED: usize = 1000;

/// Whether this is a multipart form. One that is labelled so may have a preamble.
pub(super) fn looks_like(body: &[u8], labelled: bool) -> bool {
    if labelled && body.starts_with(b"--") {
        return true;
    }
    let start = &body[..body.len().min(SNIFFED)];
    (labelled || body.starts_with(b"--"))
        && start
            .windows(b"content-disposition".len())
            .any(|window| window.eq_ignore_ascii_case(b"content-disposition"))
}

/// Reads all parts. The body is in memory, so no future here ever waits.
pub(super) fn read(
    body: &[u8],
    content_type: Option<&str>,
    params: &mut Params<'_>,
) -> Result<(), Malformed> {
    let boundary = boundary(body, content_type)
        .ok_or_else(|| Malformed::Multipart("there is no boundary".to_owned()))?;
    let all = Bytes::copy_from_slice(body);
    let source = stream::once(future::ready(Ok::<_, Infallible>(all)));
    let mut parts = Multipart::new(source, boundary);
    loop {
        let part = parts.next_field().now_or_never().ok_or_else(incomplete)?;
        let Some(part) = part.map_err(|error| broken(&error))? else {
            return Ok(());
        };
        let name = part.name().unwrap_or("").replace('\0', "");
        let value = part.bytes().now_or_never().ok_or_else(incomplete)?;
        let value =
            text::decode(Vec::from(value.map_err(|error| broken(&error))?).into()).into_owned();
        if !name.is_empty() {
            params.push(name.into(), value.into())?;
        }
    }
}

/// The boundary of the first line, which is right even where the label's is not; else the
/// label's.
fn boundary(body: &[u8], content_type: Option<&str>) -> Option<String> {
    let first = body
        .strip_prefix(b"--")
        .and_then(|rest| rest.split(|byte| matches!(byte, b'\r' | b'\n')).next())
        .and_then(|line| str::from_utf8(line.trim_ascii_end()).ok())
        .filter(|line| !line.is_empty());
    let labelled = || multer::parse_boundary(content_type?).ok();
    first.map(str::to_owned).or_else(labelled)
}

fn incomplete() -> Malformed {
    Malformed::Multipart("it is incomplete".to_owned())
}

fn broken(error: &multer::Error) -> Malformed {
    Malformed::Multipart(error.to_string())
}
