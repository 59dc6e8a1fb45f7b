//! Why a call ended, in the words of other systems.

use offhook_core::call::Cause;

use crate::params::text;

/// A cause is kept up to this many characters (facts/zammad-cti.md 3.1, `comment`).
const MAX_CAUSE: usize = 500;
/// No cause word is longer than this, without what separates its parts.
const MAX_WORD: usize = 32;

/// The cause, and the text as sent where it is not exactly our word for it.
pub(crate) fn read(sent: &str) -> (Option<Cause>, Option<String>) {
    let sent = sent.trim();
    if sent.is_empty() {
        return (None, None);
    }
    let cause = find(sent);
    let exact = cause.is_some_and(|cause| cause.as_str() == sent);
    (
        cause,
        (!exact).then(|| text::cut(sent, MAX_CAUSE).to_owned()),
    )
}

/// Finds a word in any case and with any separators; `lost` is ours alone to say.
fn find(sent: &str) -> Option<Cause> {
    if sent.bytes().all(|byte| byte.is_ascii_digit()) {
        return q850(sent.parse().ok()?);
    }
    let mut word = [0; MAX_WORD];
    let mut length = 0;
    for byte in sent.bytes() {
        match byte {
            b'_' | b'-' | b' ' => {}
            _ if length == MAX_WORD => return None,
            _ => {
                word[length] = byte.to_ascii_lowercase();
                length += 1;
            }
        }
    }
    Some(match &word[..length] {
        // `ANSWER` is Asterisk's DIALSTATUS of a call that was talked.
        b"normalclearing" | b"answer" | b"answered" => Cause::NormalClearing,
        b"busy" | b"userbusy" | b"callrejected" => Cause::Busy,
        b"cancel" | b"canceled" | b"cancelled" | b"originatorcancel" => Cause::Cancel,
        b"noanswer" | b"nouserresponse" | b"allottedtimeout" | b"progresstimeout" => {
            Cause::NoAnswer
        }
        b"congestion"
        | b"normalcircuitcongestion"
        | b"normaltemporaryfailure"
        | b"switchcongestion"
        | b"gatewaydown"
        | b"recoveryontimerexpire"
        | b"networkoutoforder"
        | b"requestedchanunavail"
        | b"destinationoutoforder" => Cause::Congestion,
        b"notfound"
        | b"chanunavail"
        | b"unallocatednumber"
        | b"noroutedestination"
        | b"noroutetransitnet"
        | b"invalidnumberformat"
        | b"numberchanged"
        | b"usernotregistered"
        | b"subscriberabsent" => Cause::NotFound,
        b"forwarded" | b"blindtransfer" | b"attendedtransfer" => Cause::Forwarded,
        b"voicemail" => Cause::Voicemail,
        b"blocked" => Cause::Blocked,
        _ => return None,
    })
}

/// Q.850 numbers as PBXs were seen to use them (facts/pbx-events.md, facts/pbx-and-clients.md D.3
/// rule 9); 26 (answered elsewhere) says nothing about the call as a whole. 487 is FreeSWITCH's
/// own number for `ORIGINATOR_CANCEL`.
fn q850(number: u16) -> Option<Cause> {
    Some(match number {
        16 | 31 => Cause::NormalClearing,
        17 => Cause::Busy,
        0 | 127 | 487 => Cause::Cancel,
        18 | 19 | 21 => Cause::NoAnswer,
        1..=3 | 20 | 22 | 28 => Cause::NotFound,
        27 | 34 | 38 | 41 | 42 | 44 | 47 | 58 => Cause::Congestion,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use offhook_core::call::Cause::{
        self, Blocked, Busy, Cancel, Congestion, Forwarded, NoAnswer, NormalClearing, NotFound,
        Voicemail,
    };

    use super::read;

    #[test]
    fn exact_words_need_no_text() {
        for cause in Cause::ALL {
            let expected = if cause == Cause::Lost {
                (None, Some("lost".to_owned()))
            } else {
                (Some(cause), None)
            };
            assert_eq!(read(cause.as_str()), expected);
        }
    }

    #[test]
    fn other_words() {
        for (sent, cause) in [
            ("normalclearing", NormalClearing),
            ("NORMALCLEARING", NormalClearing),
            ("NORMAL_CLEARING", NormalClearing),
            ("ANSWER", NormalClearing),
            ("16", NormalClearing),
            ("BUSY", Busy),
            ("USER_BUSY", Busy),
            ("CALL_REJECTED", Busy),
            ("17", Busy),
            ("CANCEL", Cancel),
            ("canceled", Cancel),
            ("ORIGINATOR_CANCEL", Cancel),
            ("0", Cancel),
            ("127", Cancel),
            ("NOANSWER", NoAnswer),
            ("NO_ANSWER", NoAnswer),
            ("no-answer", NoAnswer),
            ("NO_USER_RESPONSE", NoAnswer),
            ("ALLOTTED_TIMEOUT", NoAnswer),
            ("19", NoAnswer),
            ("CONGESTION", Congestion),
            ("NORMAL_TEMPORARY_FAILURE", Congestion),
            ("34", Congestion),
            ("CHANUNAVAIL", NotFound),
            ("UNALLOCATED_NUMBER", NotFound),
            ("NotFound", NotFound),
            ("1", NotFound),
            ("3", NotFound),
            ("Forwarded", Forwarded),
            ("VOICEMAIL", Voicemail),
            ("Blocked", Blocked),
        ] {
            assert_eq!(read(sent), (Some(cause), Some(sent.to_owned())));
        }
    }

    #[test]
    fn unknown_words_stay_as_text() {
        for sent in [
            "Lost",
            "26",
            "99999999",
            "LOSE_RACE",
            "Auf Wiederhören",
            "x",
        ] {
            assert_eq!(read(sent), (None, Some(sent.to_owned())));
        }
        assert_eq!(read(" "), (None, None));
        let (cause, text) = read(&"ü".repeat(600));
        assert_eq!((cause, text), (None, Some("ü".repeat(500))));
    }
}
