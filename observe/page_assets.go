package observe

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
)

var (
	//go:embed page/page.html
	pageText string
	//go:embed page/page.css
	pageStyle string
	//go:embed page/page.js
	pageScript string
)

type pageTemplates = template.Template

// parsePageTemplates is called for a page and not for a variable of the package, so that
// programs without one do not have the templates linked.
func parsePageTemplates() *pageTemplates {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"style":  func() template.CSS { return template.CSS(pageStyle) },
		"script": func() template.JS { return template.JS(pageScript) },
	}).Parse(pageText))
}

// pagePolicy lets the page's own style and script run, and ask the page's own server.
// Whatever an error or a payload holds, no browser takes it for code.
var pagePolicy = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src data:" +
	"; connect-src 'self'; style-src " + pageHash(pageStyle) + "; script-src " + pageHash(pageScript)

// pageHash names an inline text in a content security policy.
func pageHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
