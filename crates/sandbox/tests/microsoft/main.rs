//! The sandbox's Microsoft Graph, tested over HTTP as a client sees it.

mod access;
mod attaching;
mod batching;
mod catalogue;
mod delta;
mod folders;
mod harness;
mod limits;
mod messages;
mod post;
mod searching;
mod sending;
mod subscribing;
