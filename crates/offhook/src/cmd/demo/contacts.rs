//! The contacts of a demo, made as any client makes them.

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::setup::Demo;
use crate::cmd::simulate::people::PEOPLE;

pub(super) async fn add(demo: &Demo) -> Result<()> {
    let client = reqwest::Client::new();
    let url = format!("{}/api/v1/contacts", demo.url);
    // Those who stand first are made last: lists begin with the newest.
    for person in PEOPLE.iter().rev() {
        let contact = json!({
            "name": person.name,
            "organization": person.organization,
            "phones": person.phones,
            "note": person.note,
        });
        let post = client.post(&url).bearer_auth(&demo.agent_token.0);
        let answer = post.json(&contact).send().await;
        let answer = answer.with_context(|| format!("{} was not sent", person.name))?;
        if answer.status() != reqwest::StatusCode::CREATED {
            let status = answer.status();
            bail!("{}: {status}: {}", person.name, answer.text().await?);
        }
    }
    Ok(())
}
