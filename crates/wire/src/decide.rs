//! What a dialplan asks before it lets a phone ring, and how it is answered: plain text for
//! Asterisk's `CURL()` and FreeSWITCH's `mod_curl`, JSON, or a dialplan for `mod_xml_curl`
//! (facts/pbx-and-clients.md D.6).

use std::fmt::Write;

use offhook_core::call::{Decision, Direction, EventBody, EventKind, Party};
use offhook_core::number::Country;

use crate::json::Object;
use crate::params::Params;
use crate::xml::escape;
use crate::{Refusal, Request};

/// In what form the answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `ACTION|CALLER_ID|NAME`.
    Plain,
    /// An object.
    Json,
    /// A FreeSWITCH document.
    Xml,
}

impl Format {
    /// Of the answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Plain => "text/plain; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::Xml => "text/xml; charset=utf-8",
        }
    }

    /// The one that an `Accept` header asks for; plain text unless it names another first.
    pub fn accepted(accept: Option<&str>) -> Self {
        let first = accept.and_then(|accept| accept.split([',', ';']).next());
        match first.map(str::trim) {
            Some("application/json") => Self::Json,
            Some("application/xml" | "text/xml") => Self::Xml,
            _ => Self::Plain,
        }
    }
}

/// A question: what shall become of this call?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The call as if it began.
    pub body: EventBody,
    /// Whether the caller's name is wanted, which takes a look into the contacts.
    pub name: bool,
    /// The form that the parameter `format` asks for.
    pub format: Option<Format>,
    /// Where the call goes on (`mod_xml_curl`); none once it was asked about already.
    pub goes_on: Option<GoesOn>,
}

/// The place in FreeSWITCH's dialplan where a call goes on after the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoesOn {
    /// As dialled.
    pub destination: String,
    /// The context.
    pub context: String,
}

/// The variable that says that we were asked about a call, so that its dialplan does not ask in a
/// circle.
const ASKED: &str = "offhook_asked";

/// Reads a question: `from`, `to`, `direction` (`in` where it is not said), `name=1`, `format`; or
/// what `mod_xml_curl` sends.
pub fn read(request: &Request<'_>, country: Country) -> Result<Question, Refusal> {
    let params = Params::read(request)?;
    let get = |names: &[&str]| {
        let field = (params.fields().iter()).find(|field| {
            names
                .iter()
                .any(|name| field.key.eq_ignore_ascii_case(name))
        });
        field.map(|field| field.value.trim())
    };
    let direction = match get(&["direction"]).unwrap_or("") {
        "" | "in" | "inbound" => Direction::In,
        "out" | "outbound" => Direction::Out,
        _ => return Err(Refusal::Direction),
    };
    let format = match get(&["format"]).unwrap_or("") {
        "" => None,
        "plain" | "text" => Some(Format::Plain),
        "json" => Some(Format::Json),
        "xml" => Some(Format::Xml),
        _ => {
            let text = "Invalid 'format'! Send plain, json or xml.";
            return Err(Refusal::Malformed(text.to_owned()));
        }
    };
    let party = |names: &[&str]| Some(Party::read(get(names).unwrap_or(""), country));
    let to = ["to", "Caller-Destination-Number", "destination_number"];
    let asked = get(&[&format!("variable_{ASKED}")]).is_some();
    let goes_on = get(&["Caller-Context", "Hunt-Context"]).map(|context| GoesOn {
        destination: get(&to).unwrap_or("").to_owned(),
        context: context.to_owned(),
    });
    Ok(Question {
        body: EventBody {
            direction: Some(direction),
            from: party(&["from", "Caller-Caller-ID-Number", "caller_id_number"]),
            to: party(&to),
            ..EventBody::new(EventKind::NewCall)
        },
        name: matches!(get(&["name"]), Some("1" | "true" | "yes")),
        format,
        goes_on: goes_on.filter(|_| !asked),
    })
}

/// The answer: what to do, and the caller's name where it is wanted and known.
pub fn answer(
    format: Format,
    decision: &Decision,
    name: Option<&str>,
    goes_on: Option<&GoesOn>,
) -> Vec<u8> {
    let (action, caller_id) = match decision {
        Decision::Pass => ("pass", None),
        Decision::Reject => ("reject", None),
        Decision::Dial { caller_id, .. } => ("dial", Some(caller_id.number.as_str())),
    };
    match format {
        Format::Plain => {
            let part = |text: &str| text.replace(['|', '\r', '\n'], " ");
            let (caller_id, name) = (part(caller_id.unwrap_or("")), part(name.unwrap_or("")));
            format!("{action}|{caller_id}|{name}").into_bytes()
        }
        Format::Json => {
            let mut out = String::with_capacity(96);
            let mut object = Object::open(&mut out);
            object.text("action", action);
            object.maybe("caller_id", caller_id);
            object.maybe("name", name);
            object.close();
            out.into_bytes()
        }
        Format::Xml => xml(decision, caller_id, name, goes_on).into_bytes(),
    }
}

/// Says in this form that a question was not understood.
pub fn refuse(format: Format, refusal: &Refusal) -> Vec<u8> {
    let text = refusal.text("in, out");
    match format {
        Format::Plain => text.into_bytes(),
        Format::Json => crate::zammad::error(&text),
        // FreeSWITCH looks into its own dialplan then.
        Format::Xml => not_found().into_bytes(),
    }
}

fn not_found() -> String {
    document("result", "      <result status=\"not found\"/>\n")
}

fn document(section: &str, inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<document type=\"freeswitch/xml\">\n  \
         <section name=\"{section}\">\n{inside}  </section>\n</document>\n"
    )
}

/// A dialplan that does what was decided and goes on with FreeSWITCH's own, or says that there is
/// nothing to do.
fn xml(
    decision: &Decision,
    caller_id: Option<&str>,
    name: Option<&str>,
    goes_on: Option<&GoesOn>,
) -> String {
    let Some(GoesOn {
        destination,
        context,
    }) = goes_on
    else {
        return not_found();
    };
    let mut actions = Vec::new();
    if *decision == Decision::Reject {
        actions.push(("hangup", "CALL_REJECTED".to_owned()));
    } else {
        if let Some(caller_id) = caller_id {
            actions.push(("set", format!("effective_caller_id_number={caller_id}")));
        }
        if let Some(name) = name {
            actions.push(("set", format!("effective_caller_id_name={name}")));
        }
        if actions.is_empty() {
            return not_found();
        }
        actions.insert(0, ("set", format!("{ASKED}=true")));
        actions.push(("transfer", format!("{destination} XML {context}")));
    }
    let mut lines = String::new();
    for (application, data) in actions {
        // A `${…}` in a caller's name must not be looked up.
        let data = escape(&data.replace('$', ""));
        // Writing to a String does not fail.
        let _ = writeln!(
            lines,
            "          <action application=\"{application}\" data=\"{data}\"/>"
        );
    }
    let context = escape(context);
    document(
        "dialplan",
        &format!(
            "    <context name=\"{context}\">\n      <extension name=\"offhook\">\n        \
             <condition>\n{lines}        </condition>\n      </extension>\n    </context>\n"
        ),
    )
}

#[cfg(test)]
mod tests;
