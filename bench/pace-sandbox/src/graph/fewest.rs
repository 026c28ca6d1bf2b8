//! The fewest requests a first sync can make, by what is documented (docs/PERFORMANCE.md gives the reasons).

use anyhow::Context as _;
use serde_json::Value;

use super::house::House;

/// The largest page of messages, and of changes (`$top`, `odata.maxpagesize`).
const PAGE: u64 = 1000;

/// How many folders there are, and the fewest requests: the bytes of each message are one (`$value`; a batch's calls count
/// one by one), each folder's changes are at least one and one per full page, and the folders themselves are one.
pub async fn possible(house: &House) -> anyhow::Result<(u64, u64)> {
    let url = format!("{}/v1.0/me/mailFolders/delta", house.sandbox.url());
    let request = reqwest::Client::new().get(url).bearer_auth(&house.token).header("Prefer", "odata.maxpagesize=1000");
    let page: Value = request.send().await?.error_for_status()?.json().await?;
    let folders = page["value"].as_array().context("no folders")?;
    let in_each = || folders.iter().filter_map(|folder| folder["totalItemCount"].as_u64());
    let messages: u64 = in_each().sum();
    let pages: u64 = in_each().map(|count| count.div_ceil(PAGE).max(1)).sum();
    Ok((folders.len() as u64, messages + pages + 1))
}
