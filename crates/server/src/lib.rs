//! HTTP in, HTTP out. Every URL is on one page: `routes`.
