"""What the last frame of a page of ``kgraph view`` painted: texts and marks with their boxes."""

RECORDER = """(() => {
    const proto = CanvasRenderingContext2D.prototype, { fillText, fill, clearRect } = proto;
    const frame = window.painted = { texts: [], marks: [] };
    let path = [];
    const onScreen = (context, x, y) => {
        const { x: left, y: top } = context.getTransform().transformPoint({ x, y });
        return [left / devicePixelRatio, top / devicePixelRatio];
    };
    const boxOf = (context, points) => {
        const seen = points.map((point) => onScreen(context, ...point));
        const [xs, ys] = [0, 1].map((axis) => seen.map((point) => point[axis]));
        return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    };
    proto.clearRect = function (...box) {
        frame.texts = []; frame.marks = [];
        return clearRect.apply(this, box);
    };
    proto.fillText = function (text, x, y) {
        const size = this.measureText(text);
        const box = boxOf(this, [[x - size.actualBoundingBoxLeft, y - size.actualBoundingBoxAscent],
            [x + size.actualBoundingBoxRight, y + size.actualBoundingBoxDescent]]);
        frame.texts.push({ text, box, isTitle: /^6\\d\\d/.test(this.font) });
        return fillText.call(this, text, x, y);
    };
    const follow = (name, corners) => {
        const original = proto[name];
        proto[name] = function (...args) {
            path.push(...corners(...args));
            return original.apply(this, args);
        };
    };
    const begin = proto.beginPath;
    proto.beginPath = function () { path = []; return begin.call(this); };
    follow("moveTo", (x, y) => [[x, y]]);
    follow("lineTo", (x, y) => [[x, y]]);
    follow("arc", (x, y, r) => [[x - r, y - r], [x + r, y + r]]);
    follow("rect", (x, y, w, h) => [[x, y], [x + w, y + h]]);
    proto.fill = function (...args) {
        const box = path.length ? boxOf(this, path) : null;
        if (box && box[2] - box[0] < 80 && box[3] - box[1] < 80) frame.marks.push(box);
        return fill.apply(this, args);
    };
})()"""


def read_painted(page):
    """Titles of groups, names and marks of the last frame, each with its box in pixels."""
    painted = page.run("painted")
    titles = [(each["text"], each["box"]) for each in painted["texts"] if each["isTitle"]]
    names = [(each["text"], each["box"]) for each in painted["texts"] if not each["isTitle"]]
    return titles, names, painted["marks"]


def overlap(one, two):
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def count_covered(page):
    """Numbers of marks and names that titles cover, of titles on another, and of titles cut off."""
    titles, names, marks = read_painted(page)
    boxes = [box for _, box in titles]
    width, height = page.run(
        "(({ clientWidth: w, clientHeight: h }) => [w, h])(document.getElementById('canvas'))"
    )
    return {
        "titles": len(titles),
        "marks": sum(any(overlap(box, title) for title in boxes) for box in marks),
        "names": sum(any(overlap(box, title) for title in boxes) for _, box in names),
        "on another": sum(
            any(overlap(box, two) for two in boxes[:number]) for number, box in enumerate(boxes)
        ),
        "cut off": sum(b[0] < 0 or b[1] < 0 or b[2] > width or b[3] > height for b in boxes),
    }
