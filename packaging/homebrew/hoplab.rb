class Hoplab < Formula
  desc "Bare Linux machines to a kubeadm cluster, and the path of every packet"
  homepage "{{home}}"
  url "{{home}}/releases/download/v{{version}}/hoplab-{{version}}.tgz"
  sha256 "{{tarball}}"
  license "Apache-2.0"

  depends_on "node"

  def install
    system "npm", "install", *std_npm_args
    bin.install_symlink Dir["#{libexec}/bin/*"]
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/hoplab --version")
  end
end
