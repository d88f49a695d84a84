package embedded_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"flag"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

var update = flag.Bool("update", false, "write what the command prints into the scripts")

// TestCommand runs signalgen-nats in the scripts in testdata, each with its own server at
// $NATS_URL.
func TestCommand(t *testing.T) {
	bin := buildCommand(t)
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			server, err := embedded.Start(embedded.Listen("127.0.0.1:0"))
			if err != nil {
				return err
			}
			env.Defer(server.Shutdown)
			env.Values[serverKey{}] = server
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("NATS_URL", server.URL())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"send": scriptSend, "fail": scriptFail, "heard": scriptHeard, "forge": scriptForge,
		},
	})
}

// buildCommand returns a folder with signalgen-nats in it.
func buildCommand(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", bin, "github.com/signalgen/signalgen/bridge/nats/cmd/signalgen-nats")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

type serverKey struct{}

// scriptTransport returns a transport of the script's server. It fails the script unless the
// command has the wanted number of arguments.
func scriptTransport(ts *testscript.TestScript, neg bool, args []string, usage string) *natsbridge.Transport {
	if neg || len(args) < len(strings.Fields(usage)) {
		ts.Fatalf("usage: %s", usage)
	}
	transport, err := ts.Value(serverKey{}).(*embedded.Server).Transport(context.Background(), natsbridge.AckWait(time.Second))
	ts.Check(err)
	return transport
}

func scriptEvent(signal, id, data string) *bridge.Envelope {
	return &bridge.Envelope{
		ID: id, Source: "//host/shop", Type: signal, Time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		ContentType: "application/json", Data: []byte(data),
	}
}

// scriptSend is the script command "send SIGNAL ID DATA".
func scriptSend(ts *testscript.TestScript, neg bool, args []string) {
	transport := scriptTransport(ts, neg, args, "SIGNAL ID DATA")
	ts.Check(transport.Publish(context.Background(), scriptEvent(args[0], args[1], args[2])))
}

// scriptFail is the script command "fail SIGNAL GROUP REASON": the group receives all that
// waits for it, and fails. The reason may have escapes as in Go.
func scriptFail(ts *testscript.TestScript, neg bool, args []string) {
	transport := scriptTransport(ts, neg, args, "SIGNAL GROUP REASON")
	reason, err := strconv.Unquote(`"` + args[2] + `"`)
	ts.Check(err)
	drain(ts, transport, args[0], args[1], func(d bridge.Delivery) { d.Settle(bridge.Poison(errors.New(reason))) })
}

// scriptHeard is the script command "heard SIGNAL GROUP ID...": the group receives all that
// waits for it, which must be these.
func scriptHeard(ts *testscript.TestScript, neg bool, args []string) {
	transport := scriptTransport(ts, neg, args, "SIGNAL GROUP")
	var got []string
	drain(ts, transport, args[0], args[1], func(d bridge.Delivery) {
		got = append(got, d.Envelope.ID)
		d.Settle(nil)
	})
	if want := args[2:]; strings.Join(got, " ") != strings.Join(want, " ") {
		ts.Fatalf("%s heard %q, want %q", args[1], got, want)
	}
}

// drain receives all that waits for a group.
func drain(ts *testscript.TestScript, transport *natsbridge.Transport, signal, group string, handle bridge.Handler) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	ts.Check(transport.Subscribe(ctx, signal, group, handle))
	for ; ; time.Sleep(5 * time.Millisecond) {
		lag, err := transport.Lag(ctx, signal, group)
		ts.Check(err)
		if lag.Waiting == 0 && lag.InFlight == 0 {
			return
		}
	}
}

// scriptForge is the script command "forge SUBJECT HEX HEADER=VALUE...": it stores
// a message on a subject. A value may have escapes as in Go.
func scriptForge(ts *testscript.TestScript, neg bool, args []string) {
	transport := scriptTransport(ts, neg, args, "SUBJECT HEX")
	data, err := hex.DecodeString(args[1])
	ts.Check(err)
	m := &nats.Msg{Subject: args[0], Header: nats.Header{}, Data: data}
	for _, header := range args[2:] {
		name, value, _ := strings.Cut(header, "=")
		value, err := strconv.Unquote(`"` + value + `"`)
		ts.Check(err)
		m.Header[name] = []string{value}
	}
	_, err = transport.Conn().RequestMsg(m, 5*time.Second)
	ts.Check(err)
}

// TestCommandLogsIn uses servers that require credentials.
func TestCommandLogsIn(t *testing.T) {
	bin := filepath.Join(buildCommand(t), "signalgen-nats")
	seed, public := nkey(t)
	cert, key, config := certificate(t)
	for _, test := range []struct {
		name      string
		configure func(*server.Options)
		user      string // in the URL
		flags     []string
		without   string // what is said without them
	}{
		{"password", func(o *server.Options) { o.Username, o.Password = "ops", "secret" }, "ops:secret@", nil, "Authorization Violation"},
		{"nkey", func(o *server.Options) { o.Nkeys = []*server.NkeyUser{{Nkey: public}} }, "", []string{"-nkey", seed}, "Authorization Violation"},
		{"TLS", func(o *server.Options) { o.TLS, o.TLSConfig = true, config }, "", []string{"-tlsca", cert, "-tlscert", cert, "-tlskey", key}, "certificate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			running, err := embedded.Start(embedded.Listen("127.0.0.1:0"), embedded.Configure(test.configure))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(running.Shutdown)
			ask := func(user string, flags ...string) (string, error) {
				cmd := exec.Command(bin, append([]string{"lag"}, flags...)...)
				cmd.Env = append(os.Environ(), "NATS_URL=nats://"+user+strings.TrimPrefix(running.URL(), "nats://"))
				out, err := cmd.CombinedOutput()
				return string(out), err
			}
			if out, err := ask(""); err == nil || !strings.Contains(out, test.without) || strings.Contains(out, "secret") {
				t.Errorf("without: %v, %s", err, out)
			}
			if out, _ := ask(test.user, test.flags...); !strings.Contains(out, "stream SIGNALS: ") { // it is in, and there is none
				t.Error(out)
			}
		})
	}
}

// nkey returns a file with the seed of a user's key, and the key's public part.
func nkey(t *testing.T) (seedFile, public string) {
	t.Helper()
	user, err := nkeys.CreateUser()
	if err != nil {
		t.Fatal(err)
	}
	seed, err := user.Seed()
	if err != nil {
		t.Fatal(err)
	}
	public, err = user.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return file(t, "user.nk", seed), public
}

// certificate returns files with a self-signed certificate and its key, and the TLS
// configuration of a server that requires the same of its clients.
func certificate(t *testing.T) (certFile, keyFile string, config *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	secret := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	pair, err := tls.X509KeyPair(cert, secret)
	if err != nil {
		t.Fatal(err)
	}
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(cert)
	config = &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: authorities, ClientAuth: tls.RequireAndVerifyClientCert}
	return file(t, "cert.pem", cert), file(t, "key.pem", secret), config
}

func file(t *testing.T, name string, contents []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, contents, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
