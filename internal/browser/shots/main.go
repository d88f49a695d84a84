// Shots takes pictures of the pages of this repository, in light and dark, wide and
// narrow, and writes them to a folder.
//
//	go -C internal/browser run ./shots -o /path/to/folder
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/signalgen/signalgen/internal/browser"
	"github.com/signalgen/signalgen/internal/browser/graph"
	"github.com/signalgen/signalgen/observe"
	"github.com/signalgen/signalgen/topology"
)

func main() {
	dir := flag.String("o", "shots", "folder to write to")
	root := flag.String("root", "../..", "folder of this repository")
	flag.Parse()
	if err := run(context.Background(), *dir, *root); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, dir, root string) (err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	shop, err := graph.Shop(ctx, filepath.Join(root, "examples", "shop"))
	if err != nil {
		return err
	}
	ctx, stop, err := browser.Start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	return errors.Join(
		shootGraph(ctx, filepath.Join(dir, "graph-shop"), shop, 520),
		shootGraph(ctx, filepath.Join(dir, "graph-300"), graph.Large(300), 800),
		shootPage(ctx, filepath.Join(dir, "page"), shop),
	)
}

// shootGraph writes the page of a model, and takes pictures of its top.
func shootGraph(ctx context.Context, name string, m *topology.Model, height int64) error {
	if err := write(name+".html", m); err != nil {
		return err
	}
	return shoot(ctx, name, "file://"+name+".html", height)
}

// shootPage takes pictures of the views of package observe, with an open shop.
func shootPage(ctx context.Context, name string, m *topology.Model) error {
	var source bytes.Buffer
	if err := topology.JSON(&source, m); err != nil {
		return err
	}
	show := observe.Payloads(func(payload any) any { return payload })
	mux := http.NewServeMux()
	mux.Handle("/debug/signals/", observe.Page(show, observe.PagePicture(source.Bytes())))
	server := httptest.NewServer(mux)
	defer server.Close()
	defer server.CloseClientConnections() // the updates of a page keep them open
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go openShop(ctx)
	time.Sleep(2 * time.Minute) // so that there is some history to show
	os.Args[0] = "shop"         // the page shows it as the program's name
	return errors.Join(
		shoot(ctx, name+"-shop", server.URL+"/debug/signals/", 490),
		shoot(ctx, name+"-signal", server.URL+"/debug/signals/signal?name=order.placed", 1100),
		shoot(ctx, name+"-hangs", server.URL+"/debug/signals/signal?name=stock.low", 1100),
		shoot(ctx, name+"-live", server.URL+"/debug/signals/live", 600),
	)
}

// shoot takes pictures of the top of a page.
func shoot(ctx context.Context, name, url string, height int64) error {
	for _, scheme := range []string{"light", "dark"} {
		feature := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: scheme}
		media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{feature}}
		if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
			return err
		}
		for _, width := range []int64{1280, 390} {
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height), chromedp.Navigate(url), chromedp.Sleep(1500*time.Millisecond)); err != nil {
				return err
			}
			png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
			if err != nil {
				return err
			}
			if err := os.WriteFile(fmt.Sprintf("%s-%s-%d.png", name, scheme, width), png, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func write(name string, m *topology.Model) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(topology.HTML(file, m), file.Close())
}
