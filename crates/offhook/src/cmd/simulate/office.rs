//! The made-up office whose phones ring. Its numbers are among those that the German regulator
//! keeps free for films, so that no demo ever shows somebody's own.

/// Somebody in the office with a phone.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Agent {
    pub(crate) login: &'static str,
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    /// What the PBX calls the phone.
    pub(crate) extension: &'static str,
    /// The number that reaches the phone from outside.
    pub(crate) direct: &'static str,
    /// What a provider calls the user (`userId` of sipgate).
    pub(crate) remote: &'static str,
}

/// A number that rings at several phones.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) queue: &'static str,
    pub(crate) number: &'static str,
    /// Whose phones ring, as places in [`AGENTS`].
    pub(crate) members: &'static [usize],
}

/// Everybody with a phone; the first one administers.
pub(crate) const AGENTS: [Agent; 6] = [
    Agent {
        login: "admin",
        name: "Nicole Braun",
        email: "nicole@office.example",
        extension: "20",
        direct: "496990009120",
        remote: "w0",
    },
    Agent {
        login: "chris",
        name: "Christopher Miller",
        email: "chris@office.example",
        extension: "21",
        direct: "496990009121",
        remote: "w1",
    },
    Agent {
        login: "emma",
        name: "Emma Taylor",
        email: "emma@office.example",
        extension: "22",
        direct: "496990009122",
        remote: "w2",
    },
    Agent {
        login: "jonas",
        name: "Jonas Weber",
        email: "jonas@office.example",
        extension: "23",
        direct: "496990009123",
        remote: "w3",
    },
    Agent {
        login: "leyla",
        name: "Leyla Aydin",
        email: "leyla@office.example",
        extension: "24",
        direct: "496990009124",
        remote: "w4",
    },
    Agent {
        login: "oliver",
        name: "Oliver Grant",
        email: "oliver@office.example",
        extension: "25",
        direct: "496990009125",
        remote: "w5",
    },
];

/// The lines, the busiest first.
pub(crate) const LINES: [Line; 3] = [
    Line {
        queue: "Support",
        number: "496990009111",
        members: &[1, 2, 5],
    },
    Line {
        queue: "Sales",
        number: "496990009112",
        members: &[2, 3, 4],
    },
    Line {
        queue: "Office",
        number: "496990009110",
        members: &[0, 1, 3, 4],
    },
];
