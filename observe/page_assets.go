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

// parsePageTemplates is called when a page is made. As a package variable, the
// templates would be linked into programs without a page.
func parsePageTemplates() *pageTemplates {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"style":  func() template.CSS { return template.CSS(pageStyle) },
		"script": func() template.JS { return template.JS(pageScript) },
	}).Parse(pageText))
}

// pagePolicy allows the page's own style and script, and requests to the page's own
// server. No browser runs what an error or a payload contains.
var pagePolicy = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src data:" +
	"; connect-src 'self'; style-src " + pageHash(pageStyle) + "; script-src " + pageHash(pageScript)

// pageHash identifies an inline text in a content security policy.
func pageHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
