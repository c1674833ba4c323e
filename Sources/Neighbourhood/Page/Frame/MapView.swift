import Foundation

/// Where on a picture of the earth a place is: Web Mercator (EPSG:3857), of which the whole earth is 256 by 256 at zoom 0 and each zoom is twice the one before.
///
///     MapView(around: [(52.1, 5.1)], width: 960, height: 600).position(52.1, 5.1) == (480, 300)
struct MapView {
    /// Degrees beyond which this projection has nothing.
    static let latitudeLimit = 85.05
    static let zooms = 1...18

    let zoom: Int
    let width: Int, height: Int
    /// Of its middle, in the pixels of the whole earth at this zoom.
    private let x: Double, y: Double

    init(latitude: Double, longitude: Double, zoom: Int, width: Int, height: Int) {
        self.zoom = min(max(zoom, MapView.zooms.lowerBound), MapView.zooms.upperBound)
        (self.width, self.height) = (width, height)
        (x, y) = MapView.pixel(latitude, longitude, self.zoom)
    }

    /// So that all of them are seen, with some room around.
    init(around points: [(latitude: Double, longitude: Double)], width: Int, height: Int) {
        let room = 60.0
        let low = points.reduce((90.0, 180.0)) { (min($0.0, $1.latitude), min($0.1, $1.longitude)) }, high = points.reduce((-90.0, -180.0)) { (max($0.0, $1.latitude), max($0.1, $1.longitude)) }
        let zoom = MapView.zooms.reversed().first { zoom in
            let north = MapView.pixel(high.0, low.1, zoom), south = MapView.pixel(low.0, high.1, zoom)
            return south.x - north.x <= Double(width) - 2 * room && south.y - north.y <= Double(height) - 2 * room
        } ?? MapView.zooms.lowerBound
        // One place alone is not looked at from so near that nothing else is seen.
        let chosen = min(zoom, 16)
        let north = MapView.pixel(high.0, low.1, chosen), south = MapView.pixel(low.0, high.1, chosen)
        (self.zoom, self.width, self.height) = (chosen, width, height)
        (x, y) = ((north.x + south.x) / 2, (north.y + south.y) / 2)
    }

    /// From the upper left corner of the picture.
    func position(_ latitude: Double, _ longitude: Double) -> (x: Double, y: Double) {
        let point = MapView.pixel(latitude, longitude, zoom)
        return (point.x - x + Double(width) / 2, point.y - y + Double(height) / 2)
    }

    /// The middle, moved by parts of the picture: to the east and to the south.
    func middle(east: Double = 0, south: Double = 0) -> (latitude: Double, longitude: Double) {
        let side = 256.0 * Double(1 << zoom)
        let x = min(max(self.x + east * Double(width), 0), side), y = min(max(self.y + south * Double(height), 0), side)
        return (atan(sinh(.pi * (1 - 2 * y / side))) * 180 / .pi, x / side * 360 - 180)
    }

    /// The tiles that are seen, each with where its upper left corner comes and how wide it is: of a zoom that is there, if this one is not.
    func tiles(_ zooms: ClosedRange<Int>) -> [(zoom: Int, column: Int, row: Int, x: Double, y: Double, side: Double)] {
        let zoom = min(max(self.zoom, zooms.lowerBound), zooms.upperBound)
        let side = 256 * pow(2, Double(self.zoom - zoom)), count = 1 << zoom
        let left = x - Double(width) / 2, top = y - Double(height) / 2
        func range(_ start: Double, _ length: Int) -> Range<Int> {
            let first = max(0, Int((start / side).rounded(.down))), last = min(count - 1, Int(((start + Double(length)) / side).rounded(.down)))
            return first..<max(first, last + 1)
        }
        // Far out a file of near pictures would be asked for thousands of them.
        let columns = range(left, width), rows = range(top, height)
        guard columns.count * rows.count <= 64 else { return [] }
        return rows.flatMap { row in columns.map { column in (zoom: zoom, column: column, row: row, x: Double(column) * side - left, y: Double(row) * side - top, side: side) } }
    }

    private static func pixel(_ latitude: Double, _ longitude: Double, _ zoom: Int) -> (x: Double, y: Double) {
        let side = 256.0 * Double(1 << zoom)
        let radians = min(max(latitude, -latitudeLimit), latitudeLimit) * .pi / 180
        return ((longitude + 180) / 360 * side, (1 - log(tan(radians) + 1 / cos(radians)) / .pi) / 2 * side)
    }
}
