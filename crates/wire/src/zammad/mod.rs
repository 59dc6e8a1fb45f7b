//! Zammad's generic CTI: `POST /api/v1/cti/{token}` (facts/zammad-cti.md 1).

mod answer;
mod explain;
mod feed;

use offhook_core::UnixMillis;
use offhook_core::number::Country;

pub use answer::{CONTENT_TYPE, answer, error, refuse};
pub use explain::{Explained, explain, understood};
pub use feed::{Heard, heard, tell};

pub use crate::{AgentHint, Refusal, Request, Understood};
use crate::{
    params::Params,
    report::{self, Said},
};

/// Reads a request in any of the encodings and spellings that bridges use (contract, "PBX
/// endpoints"; facts/pbx-and-clients.md C.4 and C.6). National numbers are those of `country`;
/// `now` is the time of arrival, which a timestamp is judged by.
pub fn read(
    request: &Request<'_>,
    country: Country,
    now: UnixMillis,
) -> Result<Understood, Refusal> {
    let params = Params::read(request)?;
    let said = Said::sort(&params);
    let kind = said.event.and_then(report::read_kind);
    let head = report::head(&said, kind, None)?;
    let warnings = params.warnings().to_vec();
    Ok(report::build(
        &said,
        head,
        Vec::new(),
        &[],
        warnings,
        (country, now),
    ))
}
