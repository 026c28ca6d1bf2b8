//! Numbered places that are used again, with numbers that are not.

/// Values by number. A number is 32 bits of place and 32 bits of how often the place was used.
#[derive(Debug)]
pub(crate) struct Slots<T> {
    places: Vec<(u32, Option<T>)>,
    free: Vec<u32>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slots<T> {
    pub(crate) fn put(&mut self, value: T) -> u64 {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push((0, None));
            (self.places.len() - 1) as u32
        });
        let slot = &mut self.places[place as usize];
        slot.0 = slot.0.wrapping_add(1);
        slot.1 = Some(value);
        (u64::from(slot.0) << 32) | u64::from(place)
    }

    pub(crate) fn get(&self, number: u64) -> Option<&T> {
        let (used, value) = self.places.get((number & 0xffff_ffff) as usize)?;
        value.as_ref().filter(|_| u64::from(*used) == number >> 32)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.places.iter().filter_map(|(_, value)| value.as_ref())
    }

    pub(crate) fn take(&mut self, number: u64) -> Option<T> {
        self.get(number)?;
        self.free.push((number & 0xffff_ffff) as u32);
        self.places[(number & 0xffff_ffff) as usize].1.take()
    }
}
