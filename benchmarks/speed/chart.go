package main

import (
	"bytes"
	"image/color"
	"os"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// chart draws how long a send to 1, 10 and 100 receivers takes. There is a line for
// each peer, the fastest at the top; those with queues are below the others.
func (rs results) chart(path string) error {
	p := plot.New()
	for _, style := range []*text.Style{&p.Title.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label, &p.Legend.TextStyle} {
		style.Font.Variant = "Sans"
	}
	p.Title.Padding, p.Legend.XOffs = 0.15*vg.Inch, -0.1*vg.Inch
	p.Title.Text = "ns for an event that 1, 10 and 100 receivers hear (less is better)"
	p.Y.Label.Text = " " // a margin, for fonts that are wider
	p.X.Scale = plot.LogScale{}
	p.X.Tick.Marker = decades{}
	p.Legend.Top = true
	p.Add(grid())

	queues, calls := rs.of("async", "time"), rs.of("send", "time")
	names := slices.Concat(slowestFirst(queues), slowestFirst(calls))
	labels := make([]string, len(names))
	for i, name := range names {
		labels[i] = name.label
	}
	for i, size := range []string{"1", "10", "100"} {
		points := plotter.XYs{}
		for y, name := range names {
			if f, ok := name.figures.find(name.peer, size); ok {
				points = append(points, plotter.XY{X: f.time.Median, Y: float64(y)})
			}
		}
		if len(points) == 0 {
			continue
		}
		marks, err := plotter.NewScatter(points)
		if err != nil {
			return err
		}
		marks.GlyphStyle = draw.GlyphStyle{Color: shades[i], Radius: vg.Points(4), Shape: draw.CircleGlyph{}}
		p.Add(marks)
		p.Legend.Add(size, marks)
	}
	p.NominalY(labels...)
	p.X.Min, p.X.Max = p.X.Min/1.3, p.X.Max*2
	return save(p, vg.Length(len(names))*0.26*vg.Inch+vg.Inch, path)
}

// save writes an SVG. If a reader lacks the font, another one of the same width is
// used.
func save(p *plot.Plot, height vg.Length, path string) error {
	image, err := p.WriterTo(9*vg.Inch, height, "svg")
	if err != nil {
		return err
	}
	var svg bytes.Buffer
	if _, err := image.WriteTo(&svg); err != nil {
		return err
	}
	portable := strings.ReplaceAll(svg.String(), "font-family:Liberation Sans;", "font-family:Arial,Helvetica,Liberation Sans,sans-serif;")
	return os.WriteFile(path, []byte(portable), 0o644)
}

// shades are the colours of 1, 10 and 100 receivers. People with colour blindness can
// tell them apart.
var shades = []color.Color{
	color.RGBA{R: 0x56, G: 0xb4, B: 0xe9, A: 0xff},
	color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff},
	color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff},
}

// A line is the line of a peer in the chart.
type line struct {
	peer, label string
	figures     results
}

// slowestFirst returns a line for each peer, ordered by 10 receivers.
func slowestFirst(figures results) (lines []line) {
	tens := figures.where(func(f figure) bool { return f.size == "10" })
	slices.SortStableFunc(tens, func(a, b figure) int { return int(b.time.Median - a.time.Median) })
	for _, f := range tens {
		label := f.peer
		if f.work == "async" {
			label += ", queue"
		}
		lines = append(lines, line{f.peer, label, figures})
	}
	return lines
}

func grid() *plotter.Grid {
	g := plotter.NewGrid()
	g.Vertical.Color, g.Horizontal.Color = color.Gray{Y: 0xdd}, color.Gray{Y: 0xee}
	return g
}

// decades marks 1, 10, 100 and so on, with commas, and has small marks between.
type decades struct{}

// Ticks returns the marks from one value to another.
func (decades) Ticks(low, high float64) []plot.Tick {
	ticks := plot.LogTicks{Prec: -1}.Ticks(low, high)
	for i := range ticks {
		if ticks[i].Label != "" {
			ticks[i].Label = number(ticks[i].Value)
		}
	}
	return ticks
}
