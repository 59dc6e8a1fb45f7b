//! Who may sign in to a demo, and the source that its calls come from.

use anyhow::{Context, Result};
use offhook_core::UserId;
use offhook_core::access::{Permission, Role};
use offhook_engine::access::{Passwords, Secret, hash_token, new_token};
use offhook_engine::clock::{Clock, SystemClock, random_bytes};
use offhook_engine::store::{NewSource, NewUser, SourceKind};
use serde_json::{Value, json};

use crate::cmd::simulate::office::{AGENTS, LINES};
use crate::cmd::simulate::people::NUISANCE;
use crate::wiring::Server;

/// A demo that is ready to be looked at.
#[derive(Debug)]
pub(super) struct Demo {
    /// `http://ADDRESS`.
    pub(super) url: String,
    pub(super) admin_password: Secret,
    /// Of every agent.
    pub(super) agent_password: Secret,
    /// The administrator's API token.
    pub(super) admin_token: Secret,
    /// The API token of the agent who deals with missed calls.
    pub(super) agent_token: Secret,
    source_token: Secret,
}

impl Demo {
    /// Where the made-up PBX reports.
    pub(super) fn endpoint_url(&self) -> String {
        format!("{}/api/v1/cti/{}", self.url, self.source_token.0)
    }
}

/// The agent who is shown at the start.
pub(super) const SHOWN_AGENT: usize = 2;

/// Fills the store of a server that does not answer yet.
pub(super) async fn set_up(server: &Server) -> Result<Demo> {
    let demo = Demo {
        url: server.url.clone(),
        admin_password: new_password(),
        agent_password: new_password(),
        admin_token: new_token(),
        agent_token: new_token(),
        source_token: new_token(),
    };
    let users = add_users(server, &demo)
        .await
        .context("the users were not made")?;
    let accounts = server.configuration.accounts();
    let now = SystemClock.now();
    for (user, token) in [(0, &demo.admin_token), (SHOWN_AGENT, &demo.agent_token)] {
        let hash = hash_token(&token.0);
        accounts.add_token(users[user], "demo", hash, now).await?;
    }
    let config = source_config(&users);
    let office = NewSource {
        name: "office",
        kind: SourceKind::Generic,
        enabled: true,
        config: &config.to_string(),
        sealed_secrets: None,
        token: hash_token(&demo.source_token.0),
    };
    let sources = server.configuration.sources();
    sources
        .add_source(&office, now)
        .await
        .context("the source was not made")?;
    server.configuration.reload().await?;
    Ok(demo)
}

/// Ids in the order of [`AGENTS`].
async fn add_users(server: &Server, demo: &Demo) -> Result<Vec<UserId>> {
    let passwords = Passwords::default();
    let admin_hash = passwords.hash(demo.admin_password.clone()).await?;
    // One hash for all agents: they share a password, and hashing takes its time.
    let agent_hash = passwords.hash(demo.agent_password.clone()).await?;
    let mut ids = Vec::new();
    for (place, agent) in AGENTS.iter().enumerate() {
        let (role, hash) = match place {
            0 => (Role::Admin, &admin_hash),
            _ => (Role::Agent, &agent_hash),
        };
        let new = NewUser {
            login: agent.login.to_owned(),
            name: agent.name.to_owned(),
            email: agent.email.to_owned(),
            phones: vec![agent.extension.to_owned(), format!("+{}", agent.direct)],
            role,
            permissions: Permission::ALL.to_vec(),
            active: true,
            password_hash: Some(hash.clone()),
        };
        let accounts = server.configuration.accounts();
        ids.push(accounts.add_user(&new, SystemClock.now()).await?.id);
    }
    Ok(ids)
}

/// Every rule there is, so that each can be seen at work.
fn source_config(users: &[UserId]) -> Value {
    let notify = LINES.iter().map(|line| {
        let ids: Vec<i64> = line.members.iter().map(|member| users[*member].0).collect();
        json!({"queue": line.queue, "user_ids": ids})
    });
    json!({
        "inbound": {"block_caller_ids": [{"caller_id": NUISANCE, "note": "calls everybody"}]},
        "outbound": {
            "routing_table": [
                {"dest": "4989*", "caller_id": "498999998145", "note": "All from munich"},
                {"dest": "4930*", "caller_id": "493023125877", "note": "All from Berlin"},
            ],
            "default_caller_id": LINES[2].number,
        },
        "notify_map": notify.collect::<Vec<_>>(),
    })
}

/// Easy to type, hard to guess: three groups of four letters and digits.
fn new_password() -> Secret {
    // Without those that look like others.
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letters = random_bytes::<12>().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    let groups = letters
        .chunks(4)
        .map(|group| group.iter().collect::<String>());
    Secret(groups.collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use offhook_core::number::Country;
    use offhook_engine::configuration::check_config;

    use super::*;

    #[test]
    fn the_rules_are_right() {
        let ids: Vec<UserId> = (1_000_000..).take(AGENTS.len()).map(UserId).collect();
        assert_eq!(
            check_config(&source_config(&ids), Country::default()),
            Ok(())
        );
    }

    #[test]
    fn passwords_can_be_typed() {
        let password = new_password().0;
        assert_eq!(password.len(), 14, "{password}");
        assert_ne!(password, new_password().0);
    }
}
