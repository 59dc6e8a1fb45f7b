//! sipgate.io's push API: `POST /api/v1/sipgate/{token}/in|out` (facts/zammad-cti.md 2,
//! facts/pbx-and-clients.md C.2).

mod answer;
mod signature;

use offhook_core::UnixMillis;
use offhook_core::call::Direction;
use offhook_core::number::Country;

pub use answer::{CONTENT_TYPE, answer, error, refuse};
pub use signature::verify;

use crate::{
    params::Params,
    refusal::Refusal,
    report::{self, AgentHint, Request, Said, Understood},
};

/// What only sipgate says; it is kept with the event.
const KNOWN: [&str; 4] = ["fulluserid", "origcallid", "xcid", "diversion"];

/// Reads a request; none means that it is understood and there is nothing to record (`dtmf`).
/// `path` is the direction in the path: it counts where the request itself says none, since home
/// automation and other senders leave it out on answer and hangup. JSON is read as well (client 11
/// of facts/pbx-and-clients.md C.4).
pub fn read(
    request: &Request<'_>,
    path: Option<Direction>,
    country: Country,
    now: UnixMillis,
) -> Result<Option<Understood>, Refusal> {
    let params = Params::read(request)?;
    let mut said = Said::sort(&params);
    if said
        .event
        .is_some_and(|event| event.eq_ignore_ascii_case("dtmf"))
    {
        return Ok(None);
    }
    let kind = said.event.and_then(report::read_kind);
    let head = report::head(&said, kind, path)?;
    // sipgate's `userId` is a name of its own (`w0`), not a user of ours.
    let remotes = std::mem::take(&mut said.user_ids).into_iter();
    let agents = remotes.map(|id| AgentHint::Remote(id.to_owned())).collect();
    let warnings = params.warnings().to_vec();
    let mut understood = report::build(&said, head, agents, &KNOWN, warnings, (country, now));
    // A forwarded or transferred call goes on as a new one; any other names itself.
    let origin = said.other(b"origcallid");
    if origin != said.call_id {
        understood.body_mut().joined = origin.map(report::name);
    }
    Ok(Some(understood))
}
