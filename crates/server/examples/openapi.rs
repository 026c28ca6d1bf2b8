//! Writes the OpenAPI document to standard output:
//! `cargo run -p postroad-server --example openapi > docs/reference/openapi.json`

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(server::openapi::pretty().as_bytes())
}
