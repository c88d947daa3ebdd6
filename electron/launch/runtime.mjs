/**
 * Which Node runs Plumbline. The scripts start on any Node from 20.19, but the app needs 22.18 or newer: the database
 * that keeps its state ends an older process without a word, and Electron has Node 24 inside. The package `node` brings
 * that version by npm itself.
 */
import { existsSync } from 'node:fs'
import { inRoot } from './paths.mjs'

/** @returns {string | null} the absolute path of a Node that can run the app */
export function findNode() {
  return chooseNode(process.versions.node, process.execPath, nodeOfPackage())
}

/**
 * Pure: takes the running Node when it is new enough, else the one that npm brought.
 * @param {string} version @param {string} execPath @param {string | null} packaged
 */
export function chooseNode(version, execPath, packaged) {
  return isNewEnough(version) ? execPath : packaged
}

/** @param {string} version for example `22.12.0` */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 18)
}

export const noNodeSentence =
  'Plumbline needs Node 22.18 or newer. This Node is older, and the one that npm should have brought is missing: ' +
  'run "npm install --include=optional" once with a network connection, or install Node 24.'

function nodeOfPackage() {
  const file = inRoot('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(file) ? file : null
}
