//! What a guest has used over time, for graphs: the points, and making few of many.

/// One moment of a graph. What was not measured then is none: a gap, not a zero.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    /// When, in seconds since 1970.
    pub at: f64,
    /// Each measurement, in the order of [`SERIES`].
    pub values: [Option<f64>; SERIES.len()],
}

/// What is measured: the name in replies, and PVE's name of it.
///
/// Units: `cpu` is the share of the guest's processors, 0 to 1; memory in bytes; the others in bytes per second.
pub const SERIES: [(&str, &str); 7] = [
    ("cpu", "cpu"),
    ("memory", "mem"),
    ("memory_max", "maxmem"),
    ("disk_read", "diskread"),
    ("disk_write", "diskwrite"),
    ("net_in", "netin"),
    ("net_out", "netout"),
];

/// At most so many points: neighbours become one, with the mean of what was measured and the time in their middle.
pub fn thinned(points: &[Point], most: usize) -> Vec<Point> {
    let size = points.len().div_ceil(most.max(1)).max(1);
    points.chunks(size).map(mean).collect()
}

fn mean(points: &[Point]) -> Point {
    let of = |value: &dyn Fn(&Point) -> Option<f64>| {
        let seen: Vec<f64> = points.iter().filter_map(value).collect();
        (!seen.is_empty()).then(|| seen.iter().sum::<f64>() / seen.len() as f64)
    };
    Point {
        at: of(&|point| Some(point.at)).unwrap_or_default(),
        values: std::array::from_fn(|index| of(&|point| point.values[index])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at: f64, cpu: Option<f64>) -> Point {
        let mut point = Point { at, ..Point::default() };
        point.values[0] = cpu;
        point
    }

    #[test]
    fn many_points_become_few_and_gaps_stay_gaps() {
        let points = [
            point(0.0, Some(0.2)),
            point(60.0, Some(0.4)),
            point(120.0, None),
            point(180.0, None),
            point(240.0, Some(1.0)),
            point(300.0, None),
            point(360.0, Some(0.5)),
        ];
        let few = thinned(&points, 4);
        assert_eq!(
            few.iter().map(|point| point.at).collect::<Vec<_>>(),
            [30.0, 150.0, 270.0, 360.0]
        );
        let cpu: Vec<_> = few.iter().map(|point| point.values[0]).collect();
        assert!((cpu[0].unwrap() - 0.3).abs() < 1e-9);
        assert_eq!(cpu[1..], [None, Some(1.0), Some(0.5)]);
        assert_eq!(thinned(&points, 7), points, "few enough");
        assert_eq!(thinned(&[], 0), []);
    }

    #[test]
    fn a_year_of_a_new_pve_fits_a_screen() {
        let year: Vec<Point> = (0..1460).map(|i| point(f64::from(i), Some(0.5))).collect();
        assert!(thinned(&year, 200).len() <= 200);
    }
}
