//! What a newcomer reads first.

use std::io::Write;

use anyhow::Result;

use super::setup::{Demo, SHOWN_AGENT};
use crate::cmd::simulate::office::AGENTS;

/// Says that the server answers, as `serve` does.
pub(super) fn listening(demo: &Demo) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on {}", demo.url)?;
    // Who started us waits for it, also through a pipe.
    out.flush()?;
    eprintln!("making contacts and a week of calls");
    Ok(())
}

/// Says how to look around.
pub(super) fn print(demo: &Demo) -> Result<()> {
    let others = AGENTS.iter().enumerate().skip(1);
    let others = others.filter(|(place, _)| *place != SHOWN_AGENT);
    let others: Vec<&str> = others.map(|(_, agent)| agent.login).collect();
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "
A demo with made-up people. Ctrl+C ends it and removes everything.

  web page       {url}/
  administrator  {admin}    password {admin_password}
  agent          {agent}     password {agent_password}    (also of {others})
  API token      {token}    (the administrator's)

Watch the calls as they come:

  curl -N -H \"Authorization: Bearer {token}\" {url}/api/v1/events

Add calls of your own:

  offhook simulate {endpoint} --count 10 --rate 30
",
        url = demo.url,
        admin = AGENTS[0].login,
        admin_password = demo.admin_password.0,
        agent = AGENTS[SHOWN_AGENT].login,
        agent_password = demo.agent_password.0,
        others = others.join(", "),
        token = demo.admin_token.0,
        endpoint = demo.endpoint_url(),
    )?;
    out.flush()?;
    Ok(())
}
