package topology

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
)

// HTML writes the model as a web page: a single file that loads nothing from the
// network. It has three columns, for senders, signals and receivers, joined by lines.
// Without scripts, and on paper, it is a list of the signals, each with its senders and
// receivers. The same model gives the same bytes.
func HTML(w io.Writer, m *Model) error {
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, newPage(m)); err != nil {
		return err
	}
	_, err := out.WriteTo(w)
	return err
}

var (
	//go:embed html/page.html
	pageText string
	//go:embed html/page.css
	pageStyle string
	//go:embed html/rows.js
	rowsScript string
	//go:embed html/lines.js
	linesScript string
	//go:embed html/page.js
	ownScript string

	pageScript = rowsScript + linesScript + ownScript // one module

	pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
		"elements": func(path string) []string { return strings.SplitAfter(path, "/") },
		"policy":   func() string { return pagePolicy },
		"style":    func() template.CSS { return template.CSS(pageStyle) },
		"script":   func() template.JS { return template.JS(pageScript) },
	}).Parse(pageText))
)

// pagePolicy allows only the page's own style and script. No browser runs what a doc
// comment contains.
var pagePolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:" +
	"; style-src " + pageSource(pageStyle) + "; script-src " + pageSource(pageScript)

// pageSource identifies an inline text in a content security policy.
func pageSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
