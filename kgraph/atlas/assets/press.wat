;; The loops of raster.js over pixels, for WebAssembly: a browser runs them fast from the first time on, where it first
;; interprets a script, which is most of the time that a first picture takes. What each does is told there; raster.js is
;; what is drawn where WebAssembly is not allowed, and a test holds the two together.
;;
;; A pixel of ink is four f32 (red, green, blue, amount), one of the picture four bytes; press.js tells what a line in the
;; table is. After a change: make press

(module
  (memory (export "memory") 1)

  ;; All lines of a table that touch a strip whose first row is row `top` of the view.
  (func $lines (export "lines")
    (param $ink i32) (param $width i32) (param $rows i32) (param $table i32) (param $count i32) (param $top f64)
    (local $ax f64) (local $ay f64) (local $bx f64) (local $by f64) (local $mx f64) (local $my f64) (local $half f64) (local $reach f64)
    (local $middle f64) (local $end i32) (local $across i32)
    (local.set $end (i32.add (local.get $table) (i32.mul (local.get $count) (i32.const 40))))
    (local.set $across (i32.shl (local.get $width) (i32.const 4)))
    (block $done (loop $next
      (br_if $done (i32.ge_s (local.get $table) (local.get $end)))
      (block $beside
        (local.set $half (f64.promote_f32 (f32.load offset=16 (local.get $table))))
        (local.set $reach (f64.add (local.get $half) (f64.const 1)))
        (local.set $ay (f64.sub (f64.promote_f32 (f32.load offset=4 (local.get $table))) (local.get $top)))
        (local.set $by (f64.sub (f64.promote_f32 (f32.load offset=12 (local.get $table))) (local.get $top)))
        (br_if $beside (f64.lt (f64.max (local.get $ay) (local.get $by)) (f64.neg (local.get $reach))))
        (br_if $beside (f64.gt (f64.min (local.get $ay) (local.get $by)) (f64.add (f64.convert_i32_s (local.get $rows)) (local.get $reach))))
        (local.set $ax (f64.promote_f32 (f32.load (local.get $table))))
        (local.set $bx (f64.promote_f32 (f32.load offset=8 (local.get $table))))
        ;; a sum with a number that is none is none itself
        (br_if $beside (i32.eqz (f64.lt (f64.abs (f64.add (local.get $half)
          (f64.add (f64.add (local.get $ax) (local.get $ay)) (f64.add (local.get $bx) (local.get $by))))) (f64.const inf))))
        (local.set $mx (f64.mul (f64.const 0.5) (f64.add (local.get $ax) (local.get $bx))))
        (local.set $my (f64.mul (f64.const 0.5) (f64.add (local.get $ay) (local.get $by))))
        (local.set $middle (f64.promote_f32 (f32.load offset=24 (local.get $table))))
        (if (f64.gt (f64.abs (f64.sub (local.get $by) (local.get $ay))) (f64.abs (f64.sub (local.get $bx) (local.get $ax))))
          (then
            (call $along (local.get $ink) (local.get $ay) (local.get $ax) (local.get $my) (local.get $mx) (local.get $half)
              (i32.load offset=32 (local.get $table)) (f64.promote_f32 (f32.load offset=20 (local.get $table))) (local.get $middle)
              (local.get $rows) (local.get $width) (local.get $across) (i32.const 16))
            (call $along (local.get $ink) (local.get $my) (local.get $mx) (local.get $by) (local.get $bx) (local.get $half)
              (i32.load offset=36 (local.get $table)) (local.get $middle) (f64.promote_f32 (f32.load offset=28 (local.get $table)))
              (local.get $rows) (local.get $width) (local.get $across) (i32.const 16)))
          (else
            (call $along (local.get $ink) (local.get $ax) (local.get $ay) (local.get $mx) (local.get $my) (local.get $half)
              (i32.load offset=32 (local.get $table)) (f64.promote_f32 (f32.load offset=20 (local.get $table))) (local.get $middle)
              (local.get $width) (local.get $rows) (i32.const 16) (local.get $across))
            (call $along (local.get $ink) (local.get $mx) (local.get $my) (local.get $bx) (local.get $by) (local.get $half)
              (i32.load offset=36 (local.get $table)) (local.get $middle) (f64.promote_f32 (f32.load offset=28 (local.get $table)))
              (local.get $width) (local.get $rows) (i32.const 16) (local.get $across)))))
      (local.set $table (i32.add (local.get $table) (i32.const 40)))
      (br $next))))

  ;; `drawAlong`: one half of a line along its longer axis; $step and $across are in bytes.
  (func $along
    (param $ink i32) (param $au f64) (param $av f64) (param $bu f64) (param $bv f64) (param $half f64) (param $packed i32)
    (param $inkA f64) (param $inkB f64) (param $length i32) (param $breadth i32) (param $step i32) (param $across i32)
    (local $du f64) (local $slope f64) (local $fade f64) (local $reach f64) (local $from f64) (local $to f64) (local $one f64) (local $other f64)
    (local $first i32) (local $end i32) (local $colour v128)
    (if (f64.lt (local.get $bu) (local.get $au)) (then
      (call $along (local.get $ink) (local.get $bu) (local.get $bv) (local.get $au) (local.get $av) (local.get $half) (local.get $packed)
        (local.get $inkB) (local.get $inkA) (local.get $length) (local.get $breadth) (local.get $step) (local.get $across))
      (return)))
    (local.set $from (f64.max (local.get $au) (f64.const 0)))
    (local.set $to (f64.min (local.get $bu) (f64.convert_i32_s (local.get $length))))
    (if (f64.lt (local.get $to) (local.get $from)) (then (return)))
    (local.set $du (f64.sub (local.get $bu) (local.get $au)))
    (if (f64.eq (local.get $du) (f64.const 0)) (then (local.set $du (f64.const 1e-6))))
    (local.set $slope (f64.div (f64.sub (local.get $bv) (local.get $av)) (local.get $du)))
    (local.set $fade (f64.div (f64.sub (local.get $inkB) (local.get $inkA)) (local.get $du)))
    (local.set $reach (f64.add (local.get $half) (f64.const 0.5)))
    (if (f64.ne (local.get $slope) (f64.const 0))
      (then
        (local.set $one (f64.add (local.get $au) (f64.div (f64.sub (f64.neg (local.get $reach)) (local.get $av)) (local.get $slope))))
        (local.set $other (f64.add (local.get $au) (f64.div
          (f64.sub (f64.add (f64.convert_i32_s (local.get $breadth)) (local.get $reach)) (local.get $av)) (local.get $slope))))
        (local.set $from (f64.max (local.get $from) (f64.min (local.get $one) (local.get $other))))
        (local.set $to (f64.min (local.get $to) (f64.max (local.get $one) (local.get $other)))))
      (else
        (if (f64.lt (local.get $av) (f64.neg (local.get $reach))) (then (return)))
        (if (f64.gt (local.get $av) (f64.add (f64.convert_i32_s (local.get $breadth)) (local.get $reach))) (then (return)))))
    (local.set $first (i32.trunc_sat_f64_s (f64.max (f64.const 0) (f64.floor (local.get $from)))))
    ;; a line that is nearly level and lies beside the strip ends far before it
    (local.set $end (i32.trunc_sat_f64_s (f64.max (f64.const 0) (f64.min (f64.convert_i32_s (local.get $length)) (f64.ceil (local.get $to))))))
    (local.set $colour (call $unpacked (local.get $packed)))
    (if (f64.gt (local.get $half) (f64.const 0.5)) (then
      (call $wide (local.get $ink) (local.get $au) (local.get $av) (local.get $bu) (local.get $reach) (local.get $colour) (local.get $inkA)
        (local.get $slope) (local.get $fade) (local.get $first) (local.get $end) (local.get $breadth) (local.get $step) (local.get $across))
      (return)))
    ;; a thin line lies between its ends: of two that meet, one has the pixel between them
    (local.set $end (i32.trunc_sat_f64_s (f64.min (f64.convert_i32_s (local.get $end)) (f64.floor (f64.add (local.get $bu) (f64.const 0.5))))))
    (local.set $first (i32.trunc_sat_f64_s (f64.max (f64.convert_i32_s (local.get $first)) (f64.floor (f64.add (local.get $au) (f64.const 0.5))))))
    (local.set $one (f64.sub (f64.add (f64.convert_i32_s (local.get $first)) (f64.const 0.5)) (local.get $au)))
    (call $thin (i32.add (local.get $ink) (i32.mul (local.get $first) (local.get $step))) (i32.sub (local.get $end) (local.get $first))
      (i32.trunc_sat_f64_s (f64.floor (f64.mul (f64.const 65536)
        (f64.sub (f64.add (local.get $av) (f64.mul (local.get $slope) (local.get $one))) (f64.const 0.5)))))
      (i32.trunc_sat_f64_s (f64.floor (f64.add (f64.const 0.5) (f64.mul (f64.const 65536) (local.get $slope)))))
      (f32x4.mul (local.get $colour) (f32x4.splat (f32.demote_f64
        (f64.div (f64.add (local.get $inkA) (f64.mul (local.get $fade) (local.get $one))) (f64.const 65536)))))
      (f32x4.mul (local.get $colour) (f32x4.splat (f32.demote_f64 (f64.div (local.get $fade) (f64.const 65536)))))
      (local.get $breadth) (local.get $step) (local.get $across)))

  ;; Two pixels a step. $v, where it lies across, is in 1/65536 of a pixel, and so is $amount, the ink of a pixel.
  (func $thin
    (param $at i32) (param $steps i32) (param $v i32) (param $slope i32) (param $amount v128) (param $fade v128)
    (param $breadth i32) (param $step i32) (param $across i32)
    (local $w i32) (local $part i32) (local $to i32)
    (block $done (loop $next
      (br_if $done (i32.le_s (local.get $steps) (i32.const 0)))
      (local.set $w (i32.shr_s (local.get $v) (i32.const 16)))
      (local.set $part (i32.and (local.get $v) (i32.const 65535)))
      (local.set $to (i32.add (local.get $at) (i32.mul (local.get $w) (local.get $across))))
      (if (i32.lt_u (local.get $w) (local.get $breadth)) (then
        (v128.store (local.get $to) (f32x4.add (v128.load (local.get $to))
          (f32x4.mul (local.get $amount) (f32x4.convert_i32x4_s (i32x4.splat (i32.sub (i32.const 65536) (local.get $part)))))))))
      (if (i32.lt_u (i32.add (local.get $w) (i32.const 1)) (local.get $breadth)) (then
        (local.set $to (i32.add (local.get $to) (local.get $across)))
        (v128.store (local.get $to) (f32x4.add (v128.load (local.get $to))
          (f32x4.mul (local.get $amount) (f32x4.convert_i32x4_s (i32x4.splat (local.get $part))))))))
      (local.set $steps (i32.sub (local.get $steps) (i32.const 1)))
      (local.set $at (i32.add (local.get $at) (local.get $step)))
      (local.set $v (i32.add (local.get $v) (local.get $slope)))
      (local.set $amount (f32x4.add (local.get $amount) (local.get $fade)))
      (br $next))))

  ;; As many pixels a step as the line covers.
  (func $wide
    (param $ink i32) (param $au f64) (param $av f64) (param $bu f64) (param $reach f64) (param $colour v128) (param $inkA f64)
    (param $slope f64) (param $fade f64) (param $u i32) (param $end i32) (param $breadth i32) (param $step i32) (param $across i32)
    (local $from f64) (local $middle f64) (local $v f64) (local $w f64) (local $most f64) (local $amount v128) (local $at i32)
    (block $done (loop $next
      (br_if $done (i32.ge_s (local.get $u) (local.get $end)))
      (local.set $from (f64.convert_i32_s (local.get $u)))
      (local.set $middle (f64.sub (f64.min (local.get $bu) (f64.max (local.get $au) (f64.add (local.get $from) (f64.const 0.5)))) (local.get $au)))
      (local.set $v (f64.sub (f64.add (local.get $av) (f64.mul (local.get $slope) (local.get $middle))) (f64.const 0.5)))
      (local.set $amount (f32x4.mul (local.get $colour) (f32x4.splat (f32.demote_f64 (f64.mul
        (f64.add (local.get $inkA) (f64.mul (local.get $fade) (local.get $middle)))
        (f64.sub (f64.min (f64.add (local.get $from) (f64.const 1)) (local.get $bu)) (f64.max (local.get $from) (local.get $au))))))))
      (local.set $most (f64.min (f64.convert_i32_s (i32.sub (local.get $breadth) (i32.const 1))) (f64.floor (f64.add (local.get $v) (local.get $reach)))))
      (local.set $w (f64.max (f64.const 0) (f64.ceil (f64.sub (local.get $v) (local.get $reach)))))
      (local.set $at (i32.add (local.get $ink) (i32.add (i32.mul (local.get $u) (local.get $step))
        (i32.mul (i32.trunc_sat_f64_s (local.get $w)) (local.get $across)))))
      (block $full (loop $more
        (br_if $full (i32.eqz (f64.le (local.get $w) (local.get $most))))
        (v128.store (local.get $at) (f32x4.add (v128.load (local.get $at)) (f32x4.mul (local.get $amount) (f32x4.splat (f32.demote_f64
          (f64.min (f64.const 1) (f64.sub (local.get $reach) (f64.abs (f64.sub (local.get $w) (local.get $v))))))))))
        (local.set $w (f64.add (local.get $w) (f64.const 1)))
        (local.set $at (i32.add (local.get $at) (local.get $across)))
        (br $more)))
      (local.set $u (i32.add (local.get $u) (i32.const 1)))
      (br $next))))

  ;; Red, green and blue of a packed colour, and 1.
  (func $unpacked (param $packed i32) (result v128)
    (f32x4.replace_lane 3 (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (i32x4.splat (local.get $packed)))))
      (f32.demote_f64 (f64.const 1))))

  ;; Ink of a colour (red, green, blue, 1) onto one pixel.
  (func $spill (param $at i32) (param $colour v128) (param $amount f64)
    (v128.store (local.get $at) (f32x4.add (v128.load (local.get $at))
      (f32x4.mul (local.get $colour) (f32x4.splat (f32.demote_f64 (local.get $amount)))))))

  ;; `drawSpeck`: ink shared among four pixels.
  (func $speck (export "speck")
    (param $ink i32) (param $width i32) (param $rows i32) (param $x f64) (param $y f64) (param $amount f64) (param $packed i32)
    (local $left i32) (local $top i32) (local $right f64) (local $down f64) (local $colour v128)
    (local.set $x (f64.sub (local.get $x) (f64.const 0.5)))
    (local.set $y (f64.sub (local.get $y) (f64.const 0.5)))
    ;; told before they are whole numbers, which end at 2^31; a number that is none lies nowhere
    (if (i32.eqz (f64.ge (f64.min (local.get $x) (local.get $y)) (f64.const 0))) (then (return)))
    (if (f64.ge (local.get $x) (f64.convert_i32_s (i32.sub (local.get $width) (i32.const 1)))) (then (return)))
    (if (f64.ge (local.get $y) (f64.convert_i32_s (i32.sub (local.get $rows) (i32.const 1)))) (then (return)))
    (local.set $left (i32.trunc_sat_f64_s (f64.floor (local.get $x))))
    (local.set $top (i32.trunc_sat_f64_s (f64.floor (local.get $y))))
    (local.set $right (f64.sub (local.get $x) (f64.floor (local.get $x))))
    (local.set $down (f64.sub (local.get $y) (f64.floor (local.get $y))))
    (local.set $colour (call $unpacked (local.get $packed)))
    (local.set $ink (i32.add (local.get $ink) (i32.shl (i32.add (i32.mul (local.get $top) (local.get $width)) (local.get $left)) (i32.const 4))))
    (call $spill (local.get $ink) (local.get $colour)
      (f64.mul (local.get $amount) (f64.mul (f64.sub (f64.const 1) (local.get $right)) (f64.sub (f64.const 1) (local.get $down)))))
    (call $spill (i32.add (local.get $ink) (i32.const 16)) (local.get $colour)
      (f64.mul (local.get $amount) (f64.mul (local.get $right) (f64.sub (f64.const 1) (local.get $down)))))
    (local.set $ink (i32.add (local.get $ink) (i32.shl (local.get $width) (i32.const 4))))
    (call $spill (local.get $ink) (local.get $colour)
      (f64.mul (local.get $amount) (f64.mul (f64.sub (f64.const 1) (local.get $right)) (local.get $down))))
    (call $spill (i32.add (local.get $ink) (i32.const 16)) (local.get $colour)
      (f64.mul (local.get $amount) (f64.mul (local.get $right) (local.get $down)))))

  ;; `layStrip`: ink over so many pixels; and the ink is gone.
  (func $lay (export "lay") (param $ink i32) (param $pixels i32) (param $count i32) (param $most f64)
    (local $end i32) (local $amount f64) (local $cover f64)
    (local.set $end (i32.add (local.get $ink) (i32.shl (local.get $count) (i32.const 4))))
    (block $done (loop $next
      (br_if $done (i32.ge_s (local.get $ink) (local.get $end)))
      (if (i32.load offset=12 (local.get $ink)) (then
        (local.set $amount (f64.promote_f32 (f32.load offset=12 (local.get $ink))))
        (local.set $cover (f64.div (f64.mul (local.get $most) (local.get $amount)) (f64.add (local.get $amount) (f64.const 1))))
        (call $blend (local.get $pixels) (f64.sub (f64.const 1) (local.get $cover))
          (f32x4.mul (v128.load (local.get $ink)) (f32x4.splat (f32.demote_f64 (f64.div (local.get $cover) (local.get $amount))))))
        (v128.store (local.get $ink) (v128.const i32x4 0 0 0 0))))
      (local.set $ink (i32.add (local.get $ink) (i32.const 16)))
      (local.set $pixels (i32.add (local.get $pixels) (i32.const 4)))
      (br $next))))

  ;; One pixel of the picture: as much of it as is kept, and what is laid on it (red, green, blue).
  (func $blend (param $at i32) (param $keep f64) (param $laid v128)
    (local $sum v128)
    (local.set $sum (i32x4.trunc_sat_f32x4_s (f32x4.nearest (f32x4.add (local.get $laid)
      (f32x4.mul (f32x4.splat (f32.demote_f64 (local.get $keep))) (f32x4.convert_i32x4_s
        (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (i32x4.splat (i32.load (local.get $at)))))))))))
    (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
    (i32.store (local.get $at) (i32.or (i32.const -16777216)
      (i32x4.extract_lane 0 (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum))))))

  ;; `drawMark`: a mark with a rim in the colour of the ground.
  (func $mark (export "mark")
    (param $pixels i32) (param $width i32) (param $height i32) (param $x f64) (param $y f64) (param $r f64) (param $shape i32)
    (param $packed i32) (param $alpha f64) (param $rim f64) (param $packedGround i32)
    (local $reach f64) (local $whole f64) (local $solid f64) (local $dx f64) (local $dy f64) (local $square f64) (local $away f64)
    (local $cover f64) (local $inner f64) (local $left i32) (local $right i32) (local $bottom i32) (local $row i32) (local $column i32) (local $at i32)
    (local $colour v128) (local $ground v128)
    (local.set $whole (f64.add (f64.add (local.get $r) (local.get $rim)) (f64.const 0.5)))
    (local.set $reach (local.get $whole))
    (local.set $solid (f64.sub (local.get $r) (f64.const 0.5)))
    (local.set $solid (f64.mul (local.get $solid) (f64.abs (local.get $solid))))
    (if (local.get $shape) (then
      (local.set $reach (f64.add (f64.mul (f64.add (local.get $r) (local.get $rim)) (f64.const 1.25)) (f64.const 0.5)))
      (local.set $solid (f64.const -1))))
    (if (f64.lt (local.get $alpha) (f64.const 1)) (then (local.set $solid (f64.const -1))))
    (local.set $colour (call $unpacked (local.get $packed)))
    (local.set $ground (call $unpacked (local.get $packedGround)))
    (local.set $left (i32.trunc_sat_f64_s (f64.max (f64.const 0) (f64.floor (f64.sub (local.get $x) (local.get $reach))))))
    (local.set $right (i32.trunc_sat_f64_s (f64.min (f64.convert_i32_s (local.get $width)) (f64.ceil (f64.add (local.get $x) (local.get $reach))))))
    (local.set $bottom (i32.trunc_sat_f64_s (f64.min (f64.convert_i32_s (local.get $height)) (f64.ceil (f64.add (local.get $y) (local.get $reach))))))
    (local.set $row (i32.trunc_sat_f64_s (f64.max (f64.const 0) (f64.floor (f64.sub (local.get $y) (local.get $reach))))))
    (block $done (loop $nextRow
      (br_if $done (i32.ge_s (local.get $row) (local.get $bottom)))
      (local.set $dy (f64.sub (f64.add (f64.convert_i32_s (local.get $row)) (f64.const 0.5)) (local.get $y)))
      (local.set $column (local.get $left))
      (local.set $at (i32.add (local.get $pixels) (i32.shl (i32.add (i32.mul (local.get $row) (local.get $width)) (local.get $left)) (i32.const 2))))
      (block $rowDone (loop $next
        (br_if $rowDone (i32.ge_s (local.get $column) (local.get $right)))
        (local.set $dx (f64.sub (f64.add (f64.convert_i32_s (local.get $column)) (f64.const 0.5)) (local.get $x)))
        (local.set $square (f64.add (f64.mul (local.get $dx) (local.get $dx)) (f64.mul (local.get $dy) (local.get $dy))))
        (if (f64.lt (local.get $square) (local.get $solid))
          (then (i32.store (local.get $at) (local.get $packed)))
          (else
            (local.set $away (f64.sqrt (local.get $square)))
            (if (i32.eq (local.get $shape) (i32.const 1)) (then
              (local.set $away (f64.mul (f64.const 1.13) (f64.max (f64.abs (local.get $dx)) (f64.abs (local.get $dy)))))))
            (if (i32.eq (local.get $shape) (i32.const 2)) (then
              (local.set $away (f64.mul (f64.const 0.8) (f64.add (f64.abs (local.get $dx)) (f64.abs (local.get $dy)))))))
            (if (f64.lt (local.get $away) (local.get $whole)) (then
              (local.set $inner (f64.min (f64.const 1) (f64.max (f64.const 0) (f64.sub (f64.add (local.get $r) (f64.const 0.5)) (local.get $away)))))
              (local.set $cover (f64.mul (local.get $alpha) (f64.min (f64.const 1) (f64.sub (local.get $whole) (local.get $away)))))
              (call $blend (local.get $at) (f64.sub (f64.const 1) (local.get $cover)) (f32x4.add
                (f32x4.mul (local.get $colour) (f32x4.splat (f32.demote_f64 (f64.mul (local.get $cover) (local.get $inner)))))
                (f32x4.mul (local.get $ground) (f32x4.splat (f32.demote_f64
                  (f64.mul (local.get $cover) (f64.sub (f64.const 1) (local.get $inner)))))))))))) 
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (local.set $column (i32.add (local.get $column) (i32.const 1)))
        (br $next)))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br $nextRow)))))
