use crate::params::{Field, Params};

/// A key without case, `_` and `-` is compared up to this length; none that we know is longer.
const MAX_WORD: usize = 24;

/// What a request says under the keys that all dialects share, whatever their spelling. Values
/// that are words or names come without blanks around them; none means not said or empty, but for
/// the numbers, where empty is something said.
#[derive(Debug, Default)]
pub(crate) struct Said<'p> {
    pub(crate) event: Option<&'p str>,
    pub(crate) direction: Option<&'p str>,
    pub(crate) call_id: Option<&'p str>,
    pub(crate) from: Option<&'p str>,
    pub(crate) to: Option<&'p str>,
    pub(crate) queue: Option<&'p str>,
    pub(crate) cause: Option<&'p str>,
    pub(crate) answering_number: Option<&'p str>,
    pub(crate) timestamp: Option<&'p str>,
    pub(crate) users: Vec<&'p str>,
    pub(crate) user_ids: Vec<&'p str>,
    /// Everything else.
    pub(crate) others: Vec<&'p Field<'p>>,
    /// Keys whose last value counted and others did not.
    pub(crate) doubled: Vec<&'static str>,
}

impl<'p> Said<'p> {
    /// Sorts the fields of a request.
    ///
    /// Case, `_` and `-` in keys do not matter (`callId`, `call_id`, `callid`, `call-id`). A key
    /// that comes twice counts as it was said last (facts/zammad-cti.md 1.2), but for `user`:
    /// Python's requests sends a list that way (facts/zammad-cti.md 12).
    pub(crate) fn sort(params: &'p Params<'p>) -> Self {
        let mut said = Self::default();
        let mut callers = Vec::new();
        let mut call_id_rank = u8::MAX;
        for field in params.fields() {
            let mut buffer = [0; MAX_WORD];
            let value = field.value.trim();
            let filled = (!value.is_empty()).then_some(value);
            let (slot, name, value) = match word(field.name(), &mut buffer) {
                b"event" => (&mut said.event, "event", filled),
                b"direction" => (&mut said.direction, "direction", filled),
                b"from" => (&mut said.from, "from", Some(&*field.value)),
                b"to" => (&mut said.to, "to", Some(&*field.value)),
                b"queue" => (&mut said.queue, "queue", filled),
                b"cause" => (&mut said.cause, "cause", filled),
                b"answeringnumber" => (&mut said.answering_number, "answeringNumber", filled),
                b"timestamp" => (&mut said.timestamp, "timestamp", filled),
                // Several spellings at once (client 1 sends `call_id` and `callid`): Zammad's own
                // first, and never an empty one before a full one.
                b"callid" | b"callsid" => {
                    let rank = match field.name() {
                        "callId" => 0,
                        "call_id" => 1,
                        _ => 2,
                    };
                    if filled.is_some() && rank <= call_id_rank {
                        call_id_rank = rank;
                        said.call_id = filled;
                    }
                    continue;
                }
                b"user" => {
                    said.users.extend(filled);
                    continue;
                }
                // The docs' answer samples say `caller` for it (facts/zammad-cti.md 1.2).
                b"caller" => {
                    callers.extend(filled);
                    continue;
                }
                // Kept among the others as well: it may lead to nobody, and is in no other place of
                // the event then.
                b"userid" => {
                    said.user_ids.extend(filled);
                    said.others.push(field);
                    continue;
                }
                _ => {
                    said.others.push(field);
                    continue;
                }
            };
            if slot.is_some() && *slot != value && !said.doubled.contains(&name) {
                said.doubled.push(name);
            }
            *slot = value;
        }
        if said.users.is_empty() {
            said.users = callers;
        }
        said
    }

    /// What stands under a key that only one dialect knows (without case, `_` and `-`): the last
    /// value that is not blank.
    pub(crate) fn other(&self, name: &[u8]) -> Option<&'p str> {
        let others = self.others.iter().rev();
        let mut values = others.filter(|field| word(field.name(), &mut [0; MAX_WORD]) == name);
        values.find_map(|field| Some(field.value.trim()).filter(|value| !value.is_empty()))
    }
}

/// A key without case, `_` and `-`; empty when it is too long to be one of ours.
pub(crate) fn word<'b>(key: &str, buffer: &'b mut [u8; MAX_WORD]) -> &'b [u8] {
    let mut length = 0;
    for byte in key.bytes() {
        match byte {
            b'_' | b'-' => {}
            _ if length == MAX_WORD => return &[],
            _ => {
                buffer[length] = byte.to_ascii_lowercase();
                length += 1;
            }
        }
    }
    &buffer[..length]
}
