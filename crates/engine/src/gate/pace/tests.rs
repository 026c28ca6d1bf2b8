//! Tests of the waiting: places in line are given up, refusals are explained.
