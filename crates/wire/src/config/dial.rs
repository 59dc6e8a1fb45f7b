use super::Invalid;
use super::place::Place;

/// How a PBX that we listen to is made to dial: `dial` of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialRules {
    /// What is rung first, `{phone}` being the user's; none for what the kind of PBX has.
    pub channel: Option<String>,
    /// The dialplan's context that phones dial in; none for what the kind of PBX has.
    pub context: Option<String>,
    /// What stands in front of every number outside: `0` for a line.
    pub prefix: String,
    /// What stands for the plus of a number: `00`, `+`, or nothing.
    pub plus: String,
    /// Whether nothing may be dialled through this PBX.
    pub off: bool,
}

impl Default for DialRules {
    fn default() -> Self {
        Self {
            channel: None,
            context: None,
            prefix: String::new(),
            plus: "00".to_owned(),
            off: false,
        }
    }
}

impl DialRules {
    pub(super) fn parse(top: &Place<'_>, wrong: &mut Vec<Invalid>) -> Self {
        let place = top.at("dial");
        if place.object(wrong).is_none() {
            return Self::default();
        }
        let mut word = |name: &str| {
            let place = place.at(name);
            let text = place.text(wrong).map(str::to_owned);
            if text
                .as_ref()
                .is_some_and(|text| text.contains(|c: char| c.is_control()))
            {
                place.refuse("must be text in one line", wrong);
            }
            text
        };
        let (channel, context) = (word("channel"), word("context"));
        if channel
            .as_ref()
            .is_some_and(|channel| !channel.contains("{phone}"))
        {
            place.at("channel").refuse("must have {phone} in it", wrong);
        }
        let mut digits = |name: &str| {
            let place = place.at(name);
            let text = place.text(wrong).map(str::to_owned);
            let dialled = |c: char| c.is_ascii_digit() || "+*#".contains(c);
            if text.as_ref().is_some_and(|text| !text.chars().all(dialled)) {
                place.refuse("must be of digits, +, * and #", wrong);
            }
            // An empty one means something: nothing in front.
            text.or_else(|| place.is_given().then(String::new))
        };
        let (prefix, plus) = (digits("prefix"), digits("plus"));
        Self {
            channel,
            context,
            prefix: prefix.unwrap_or_default(),
            plus: plus.unwrap_or_else(|| Self::default().plus),
            off: place.at("off").flag(wrong),
        }
    }

    /// What is dialled for a number outside in full (digits with the country's code).
    pub fn outside(&self, e164: &str) -> String {
        format!("{}{}{e164}", self.prefix, self.plus)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(dial: &serde_json::Value) -> Result<DialRules, String> {
        let config = json!({ "dial": dial });
        let mut wrong = Vec::new();
        let rules = DialRules::parse(&Place::top(&config), &mut wrong);
        match wrong.first() {
            None => Ok(rules),
            Some(wrong) => Err(wrong.to_string()),
        }
    }

    #[test]
    fn rules() {
        for (dial, dialled) in [
            (json!(null), "004930123"),
            (json!({}), "004930123"),
            (json!({"prefix": "0"}), "0004930123"),
            (json!({"plus": "+"}), "+4930123"),
            (json!({"plus": "", "prefix": "9"}), "94930123"),
        ] {
            assert_eq!(parse(&dial).unwrap().outside("4930123"), dialled, "{dial}");
        }
        let rules = parse(&json!({"channel": "PJSIP/{phone}", "context": "phones", "off": true}));
        let rules = rules.unwrap();
        assert_eq!(rules.channel.as_deref(), Some("PJSIP/{phone}"));
        assert!(rules.off);
        for (dial, wrong) in [
            (
                json!({"channel": "PJSIP/101"}),
                "dial.channel: must have {phone} in it",
            ),
            (
                json!({"context": "a\r\nb"}),
                "dial.context: must be text in one line",
            ),
            (json!({"prefix": "0 "}), ""),
            (
                json!({"prefix": "0x"}),
                "dial.prefix: must be of digits, +, * and #",
            ),
        ] {
            match parse(&dial) {
                Err(text) => assert_eq!(text, wrong, "{dial}"),
                Ok(_) => assert_eq!(wrong, "", "{dial}"),
            }
        }
    }
}
