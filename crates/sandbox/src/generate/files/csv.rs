//! A table of figures (RFC 4180).

use crate::generate::rng::Rng;

const ITEMS: [&str; 8] = [
    "Blue tiles",
    "Oak planks",
    "Bicycle lamp",
    "Tea, loose",
    "\"Large\" crate",
    "Rope, 10 m",
    "Käsebrett",
    "Lamp oil",
];

pub(super) fn write(size: usize, rng: &mut Rng) -> Vec<u8> {
    let mut text = String::with_capacity(size + 100);
    text.push_str("number,date,item,pieces,price\r\n");
    let mut number = 1_000;
    while text.len() < size {
        number += 1 + rng.below(3);
        let item = rng.pick(&ITEMS).replace('"', "\"\"");
        let (day, month) = (1 + rng.below(28), 1 + rng.below(12));
        let (pieces, price) = (1 + rng.below(40), rng.below(20_000));
        text.push_str(&format!(
            "{number},2025-{month:02}-{day:02},\"{item}\",{pieces},{}.{:02}\r\n",
            price / 100,
            price % 100
        ));
    }
    text.into_bytes()
}
