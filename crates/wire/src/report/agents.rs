//! Who on our side may be concerned.

use offhook_core::call::{Direction, EventKind, VOICEMAIL};

use super::{AgentHint, Head, Said};
use crate::params::text;

/// Numbers, names and ids are compared up to this many characters.
const MAX_HINT: usize = 250;

/// The hints of the keys that all dialects share, in the order of facts/zammad-cti.md 5.4. The
/// dialect's own (a device, a provider's user) are put first by itself.
pub(super) fn hints(said: &Said<'_>, head: Head, first: Vec<AgentHint>) -> Vec<AgentHint> {
    let outbound = head.direction == Some(Direction::Out);
    // A mailbox is no person, whatever device the provider names with it.
    let mailbox = matches!(said.users[..], [user] if user.eq_ignore_ascii_case(VOICEMAIL));
    match head.kind {
        EventKind::NewCall => {}
        // Who picks up an outbound call is not on our side.
        EventKind::Answer if !outbound && !mailbox => {}
        _ => return Vec::new(),
    }
    let own = |text: &str| text::cut(text, MAX_HINT).to_owned();
    let mut hints = first;
    hints.extend(
        said.answering_number
            .map(|number| AgentHint::Number(own(number))),
    );
    for user in &said.users {
        hints.push(AgentHint::User(own(user)));
        // Client 8 of facts/pbx-and-clients.md C.4 sends the extension, client 4 the SIP user.
        if is_number(user) {
            hints.push(AgentHint::Number(own(user)));
        }
    }
    hints.extend(said.user_ids.iter().map(|id| AgentHint::UserId(own(id))));
    if outbound && let Some(from) = said.from.map(str::trim).filter(|from| !from.is_empty()) {
        hints.push(AgentHint::Number(own(from)));
    }
    hints
}

fn is_number(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+*#()-/. ".contains(&byte))
}
