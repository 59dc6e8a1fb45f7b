//! Who speaks to a mailbox: FreeSWITCH has no event for it, but several signs.

use offhook_core::call::Direction;

use super::super::event::Event;
use super::channel::Kind;
use super::{Said, Tracker, VOICEMAIL};

/// Applications that run a script, whose argument says which: FusionPBX has its mailbox in
/// `lua app.lua voicemail`.
const SCRIPTS: [&str; 5] = ["lua", "luarun", "javascript", "python", "python3"];
/// What extensions and contexts of mailboxes are called.
const MAILBOXES: [&str; 3] = ["voicemail", "vmail", "mailbox"];

impl Tracker {
    /// The caller speaks to a mailbox, themselves or by a loopback.
    pub(super) fn in_mailbox(&mut self, id: &str, event: &Event) {
        if !runs_mailbox(event) && !answers_as_mailbox(event) {
            return;
        }
        let Some(channel) = self.channels.get(id) else {
            return;
        };
        let is_loopback = channel.kind == Kind::Loopback;
        let Some(call) = channel.call.clone() else {
            return;
        };
        let Some(known) = self.calls.get_mut(&call) else {
            return;
        };
        // Who was called, and a phone that hears its own messages, left none.
        let of_caller = (known.root == id || is_loopback)
            && matches!(known.direction, Some(Direction::In | Direction::Internal));
        if !of_caller || known.is_answered || known.has_mailbox || known.went_outside {
            return;
        }
        known.has_mailbox = true;
        known.takes += 1;
        let by = VOICEMAIL.to_owned();
        self.say(&call, Said::Answer { by, leg: None });
    }
}

/// Whether the channel runs a mailbox now, or did until its end.
fn runs_mailbox(event: &Event) -> bool {
    let get = |key| event.get(key).unwrap_or("");
    let data = get("variable_current_application_data").to_lowercase();
    let runs =
        |app: &str| app == "voicemail" || (SCRIPTS.contains(&app) && data.contains("voicemail"));
    runs(get("variable_current_application"))
        || get("variable_last_app") == "voicemail"
        || get("VM-Action") == "leave-message"
        // The other half of it runs the application without a dialplan, as the default
        // configuration has it.
        || (get("Event-Name") == "CHANNEL_ANSWER"
            && get("Channel-Name").starts_with("loopback/app=voicemail"))
}

/// Whether the channel is answered where a mailbox begins: most dialplans answer first.
fn answers_as_mailbox(event: &Event) -> bool {
    let get = |key| event.get(key).unwrap_or("");
    if get("Event-Name") != "CHANNEL_ANSWER" || get("variable_current_application") == "bridge" {
        return false;
    }
    let extension = get("Caller-Destination-Number").to_lowercase();
    let context = get("Caller-Context").to_lowercase();
    let direct = extension.strip_prefix("*99");
    let named = |text: &str| MAILBOXES.iter().any(|word| text.contains(word));
    named(&extension)
        || named(&context)
        // FusionPBX: straight to the mailbox of an extension.
        || direct.is_some_and(|box_| !box_.is_empty() && box_.bytes().all(|b| b.is_ascii_digit()))
}
