use super::{Level, Match};

/// The names of matches in a row, as [`rank`](super::rank) ordered them: `Anna Lopez,Ben Ode`, and
/// `maybe Anna Lopez` if nobody is known (facts/zammad-cti.md 4.5). A contact without a name goes
/// by the organisation (quirk Q23); `None` if nobody has either.
pub fn label(matches: &[Match]) -> Option<String> {
    let names: Vec<&str> = matches.iter().filter_map(name).collect();
    if names.is_empty() {
        return None;
    }
    let known = matches.iter().any(|one| one.level == Level::Known);
    let prefix = if known { "" } else { "maybe " };
    Some(format!("{prefix}{}", names.join(",")))
}

fn name(one: &Match) -> Option<&str> {
    [&one.name, &one.organization]
        .into_iter()
        .map(|name| name.trim())
        .find(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ContactId;

    fn one(name: &str, organization: Option<&str>, level: Level) -> Match {
        Match {
            contact_id: ContactId(1),
            name: name.to_owned(),
            organization: organization.unwrap_or_default().to_owned(),
            level,
        }
    }

    #[test]
    fn labels() {
        use Level::{Known, Maybe};
        let cases = [
            (vec![], None),
            (vec![one("Anna", None, Known)], Some("Anna")),
            (vec![one("Anna", Some("Awesome Ltd"), Known)], Some("Anna")),
            (
                vec![
                    one("CallerId Customer3", None, Known),
                    one("CallerId Customer2", None, Known),
                ],
                Some("CallerId Customer3,CallerId Customer2"),
            ),
            (vec![one("Anna", None, Maybe)], Some("maybe Anna")),
            (
                vec![one("Anna", None, Maybe), one("Ben", None, Maybe)],
                Some("maybe Anna,Ben"),
            ),
            (
                vec![one("", Some("Awesome Ltd"), Known)],
                Some("Awesome Ltd"),
            ),
            (
                vec![one("  ", Some(" Awesome Ltd "), Maybe)],
                Some("maybe Awesome Ltd"),
            ),
            (vec![one("", None, Known)], None),
            (vec![one("", Some(""), Maybe)], None),
            (
                vec![one("", None, Known), one("Ben", None, Known)],
                Some("Ben"),
            ),
        ];
        for (matches, expected) in cases {
            assert_eq!(label(&matches).as_deref(), expected, "{matches:?}");
        }
    }
}
